// Package objectstore builds the platform's S3 buckets: raw data, processed
// data and models.
//
// Every bucket is versioned, encrypted with one customer managed key through an
// S3 bucket key, closed to the public four times over, owned by the account
// alone (no ACLs), and answers only requests over TLS 1.2 or newer that do not
// bring a key of their own. Old versions, aborted uploads and stale delete
// markers clean themselves up; raw and processed data moves to
// Intelligent-Tiering. Access logs go to a fourth bucket, which is encrypted
// with SSE-S3 because S3 cannot deliver access logs to a bucket whose default
// is SSE-KMS.
//
// Cost, besides the bytes stored: about 1 USD a month for the key, KMS requests
// cut by the bucket key to a few per bucket and hour, and 0.0025 USD per 1,000
// objects and month that Intelligent-Tiering watches. Replication adds the
// copy's storage and the transfer between regions.
//
//	store, err := objectstore.New(ctx, "mlops-dev-data", &objectstore.Args{
//		AccountID: "111111111111",
//		Region:    "eu-west-1",
//		Tags:      map[string]string{"project": "mlops"},
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export(objectstore.OutputKey, store.Ref().Outputs())
package objectstore
