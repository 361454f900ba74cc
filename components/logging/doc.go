// Package logging is where the logs of the platform and of its tenants are kept
// on AWS, and what is made of them: alarms and saved queries. Package fluentbit
// sends them.
//
// New builds a KMS key and the log group of the platform, with an alarm for
// processes killed for want of memory; NewTenant the log group of a tenant, with
// an alarm for requests that timed out; NewQueries queries for Logs Insights. In eu-west-1 CloudWatch
// Logs takes 0.57 USD for each GiB that comes in and 0.03 USD for each compressed
// GiB and month that it keeps; besides that a stack costs about 1 USD a month for
// the key, and 0.40 USD for each tenant's metric and alarm.
//
//	logs, err := logging.New(ctx, "mlops-dev-logs", &logging.Args{
//		Prefix: "mlops-dev", AccountID: "111111111111", Region: "eu-west-1",
//	})
//	team, err := logging.NewTenant(ctx, "mlops-dev-tenant-team-a-logs", &logging.TenantArgs{
//		Prefix: "mlops-dev", Tenant: "team-a", KeyARN: logs.Ref().KeyARN,
//	})
package logging
