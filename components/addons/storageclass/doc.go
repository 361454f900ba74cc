// Package storageclass builds the StorageClass that volumes of the cluster use
// when they name none. Kubernetes on EKS has no default class since 1.30, and
// without one a claim that names no class stays Pending.
//
// It builds one StorageClass of the EBS CSI driver: gp3, encrypted, bound when
// the first pod that uses the claim is scheduled (so that volume and pod share
// a zone), expandable. The class itself costs nothing; gp3 costs about 0.08 USD
// per GiB and month in most regions.
//
//	class, err := storageclass.New(ctx, "storage", &storageclass.Args{
//		KMSKeyARN: key.Arn,
//	})
package storageclass
