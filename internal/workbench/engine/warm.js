// Loads the modules that a cluster needs while the provider is idle, waiting for
// the engine. They are loaded lazily otherwise, when the engine waits for them.
const load = require("module").createRequire(process.argv[1]);
setImmediate(() => {
    try {
        const aws = load("@pulumi/aws");
        [aws.Provider, aws.getPartitionOutput, aws.ec2.SecurityGroup, aws.ec2.SecurityGroupRule, aws.eks.Cluster, aws.iam.Role];
        load("@pulumi/kubernetes").Provider;
    } catch {
        // Only a matter of time: the provider loads what it needs itself.
    }
});
