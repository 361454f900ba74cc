// Package metadatastore builds the platform's PostgreSQL database, which holds
// experiment metadata, the model registry and feature definitions.
//
// The instance sits in subnets without a route to the internet, accepts TLS
// connections on one port from named security groups only, and is encrypted
// with its own key, as are its backups, its logs, its insights and the master
// password. RDS makes and rotates that password in Secrets Manager; it is never
// part of Pulumi's state. Workloads log in with IAM instead.
//
// The identifier of the instance is fixed, because the log groups must exist,
// encrypted and with a retention, before RDS would create them without either.
// A change that replaces the instance therefore deletes the old one first:
// leave Protect on wherever the data matters.
//
// Cost in eu-west-1, roughly, a month: 26 USD for a db.t4g.small, 0.127 USD per
// GiB of gp3, both doubled by MultiAZ; 1 USD for the key; 0.40 USD for the
// secret; logs by volume. Seven days of performance insights are free.
//
//	store, err := metadatastore.New(ctx, "mlops-dev-metadata", &metadatastore.Args{
//		Network: metadatastore.Network{
//			VPCID:     net.Ref().VPCID,
//			SubnetIDs: net.Ref().DatabaseSubnetIDs,
//		},
//		AccountID:               "111111111111",
//		Region:                  "eu-west-1",
//		AllowedSecurityGroupIDs: []pulumi.StringInput{cluster.Ref().SecurityGroupID},
//	})
package metadatastore
