package guard

import (
	"regexp"
	"strings"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

// clusterLogTypes are all five log types of an EKS control plane.
var clusterLogTypes = []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}

func clusterRules() []Rule {
	cluster := []string{typeEKSCluster, typeEKSComponent}
	return []Rule{
		{
			ID: "MLOPS-EKS-001", Title: "Kubernetes secrets are encrypted with a customer key",
			Reason: "Envelope encryption makes every read of a secret in etcd depend on a key the platform controls.",
			Fix:    "set encryptionConfig with a key and resources [secrets] (pulumi-eks: encryptionConfigKeyArn)",
			Types:  cluster, Check: encryptedSecrets,
		},
		{
			ID: "MLOPS-EKS-002", Title: "the Kubernetes API is not open to the internet",
			Reason: "The API server is the key to everything in the cluster, and its vulnerabilities are exploited from anywhere.",
			Fix:    "set endpointPublicAccess to false, or publicAccessCidrs to your network",
			Types:  cluster, Check: publicEndpoint,
		},
		{
			ID: "MLOPS-EKS-003", Title: "the private Kubernetes endpoint is on",
			Reason: "Otherwise traffic of the nodes leaves the VPC, and nodes need the public endpoint.",
			Fix:    "set vpcConfig.endpointPrivateAccess to true",
			Types:  cluster, Check: func(r Resource) []Finding {
				var f findings
				f.unless(isTrue(clusterInput(r, "endpointPrivateAccess", "vpcConfig", "endpointPrivateAccess")), "endpointPrivateAccess is not true")
				return f
			},
		},
		{
			ID: "MLOPS-EKS-004", Title: "the control plane writes all logs",
			Reason: "An audit log that was off during an incident cannot be read afterwards.",
			Fix:    "set enabledClusterLogTypes to " + strings.Join(clusterLogTypes, ", "),
			Types:  cluster, Check: func(r Resource) []Finding {
				var f findings
				for _, wanted := range clusterLogTypes {
					f.unless(contains(r.at("enabledClusterLogTypes"), wanted), "log type %s is off", wanted)
				}
				return f
			},
		},
		{
			ID: "MLOPS-EKS-005", Title: "cluster access is managed by access entries only",
			Reason: "The aws-auth ConfigMap can be edited by whoever can edit ConfigMaps, and locks everybody out when it is wrong.",
			Fix:    "set accessConfig.authenticationMode to API",
			Types:  cluster, Check: func(r Resource) []Finding {
				var f findings
				f.unless(is(clusterInput(r, "authenticationMode", "accessConfig", "authenticationMode"), "API"), "authenticationMode is not API")
				return f
			},
		},
		{
			ID: "MLOPS-EKS-006", Title: "GPU nodes are tainted",
			Reason: "Without the taint ordinary pods fill the most expensive nodes and keep them from scaling to zero.",
			Fix:    "give the node group the taint " + names.GPUResource + "=" + names.GPUTaintValue + ":" + names.GPUTaintEffect,
			Types:  []string{typeNodeGroup}, Check: gpuTainted,
		},
	}
}

func encryptedSecrets(r Resource) []Finding {
	var f findings
	f.unless(isSet(clusterInput(r, "encryptionConfigKeyArn", "encryptionConfig", "provider", "keyArn")), "the key is not set")
	if r.Type == typeEKSComponent {
		return f // which encrypts secrets whenever it has a key
	}
	f.unless(contains(r.at("encryptionConfig", "resources"), "secrets"), "encryptionConfig.resources does not contain secrets")
	return f
}

// clusterInput reads an input of a control plane: by key from pulumi-eks'
// component, whose children a mock never sees, and by path from the cluster itself.
func clusterInput(r Resource, key string, path ...string) any {
	if r.Type == typeEKSComponent {
		return r.at(key)
	}
	return r.at(path...)
}

// publicEndpoint knows AWS' defaults: the endpoint is public, to everybody.
func publicEndpoint(r Resource) []Finding {
	var f findings
	public := clusterInput(r, "endpointPublicAccess", "vpcConfig", "endpointPublicAccess")
	if public != nil && isTrue(public) != yes {
		return f
	}
	cidrs := clusterInput(r, "publicAccessCidrs", "vpcConfig", "publicAccessCidrs")
	f.unless(isSet(cidrs), "the public endpoint is on and publicAccessCidrs is not set, which means 0.0.0.0/0")
	f.noWorld("publicAccessCidrs ", cidrs)
	return f
}

// gpuFamily matches instance types with NVIDIA GPUs: g4dn, g5, g6e, gr6, p3, p4d, p5en ...
// g5g is Graviton with NVIDIA GPUs; g4ad has AMD ones, which need a taint just as much.
var gpuFamily = regexp.MustCompile(`^(g|gr|p)[0-9][a-z0-9-]*\.`)

func isGPU(r Resource) truth {
	amiType, _ := r.at("amiType").(string)
	answer := fact(strings.Contains(amiType, "NVIDIA") || strings.HasSuffix(amiType, "_GPU"))
	for _, instanceType := range texts(r.at("instanceTypes")) {
		answer = answer.or(fact(gpuFamily.MatchString(instanceType)))
	}
	return answer
}

func gpuTainted(r Resource) []Finding {
	var f findings
	if isGPU(r) != yes {
		return f
	}
	list, answer := items(r.at("taints"))
	for _, candidate := range list {
		key, value := is(child(candidate, "key"), names.GPUResource), is(child(candidate, "value"), names.GPUTaintValue)
		// EKS spells effects in upper case with underscores.
		effect := strings.ReplaceAll(strings.ToLower(scalarText(child(candidate, "effect"))), "_", "")
		if key != no && value != no && effect == strings.ToLower(names.GPUTaintEffect) {
			return f
		}
	}
	if answer == yes {
		f.unless(no, "runs GPU instances without the taint %s=%s:%s", names.GPUResource, names.GPUTaintValue, names.GPUTaintEffect)
	}
	return f
}
