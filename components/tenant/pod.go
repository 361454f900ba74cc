package tenant

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// configHash on a pod changes with its ConfigMap: containers read their
// environment only once, when they start.
const configHash = "mlops.io/config-hash"

const (
	tmpVolume = "tmp"
	tmpPath   = "/tmp"
	portName  = "http"
)

// config makes the ConfigMap of one component and returns the hash of its data.
func (b *builder) config(name string, env pulumi.StringMap) (*corev1.ConfigMap, pulumi.StringOutput, error) {
	data := pulumi.StringMap{
		"TENANT":        pulumi.String(b.in.Name),
		"OBJECT_PREFIX": pulumi.String(names.TenantPrefix(b.in.Name)),
	}
	maps.Copy(data, b.bucketURIs())
	if b.in.ModelURI != nil {
		data["MODEL_URI"] = b.in.ModelURI
	}
	if b.in.ModelKind != "" {
		data["MODEL_KIND"] = pulumi.String(b.in.ModelKind)
	}
	if b.in.ModelSeed {
		data["MODEL_SEED"] = pulumi.String("true")
	}
	for key, value := range env {
		data[key] = value
	}
	made, err := corev1.NewConfigMap(b.ctx, b.name+"-"+name+"-config", &corev1.ConfigMapArgs{
		Metadata: b.meta(name, name),
		Data:     data,
	}, b.inside()...)
	if err != nil {
		return nil, pulumi.StringOutput{}, fmt.Errorf("creating config map %s: %w", name, err)
	}
	return made, hashOf(data.ToStringMapOutput()), nil
}

// bucketURIs are the prefixes of the tenant, without a slash at the end.
func (b *builder) bucketURIs() pulumi.StringMap {
	uris := pulumi.StringMap{}
	if b.in.Buckets == nil {
		return uris
	}
	for name, bucket := range map[string]pulumi.StringInput{
		"RAW_URI": b.in.Buckets.Raw, "PROCESSED_URI": b.in.Buckets.Processed, "MODELS_URI": b.in.Buckets.Models,
	} {
		if bucket != nil {
			uris[name] = pulumi.Sprintf("s3://%s/%s", bucket, strings.TrimSuffix(names.TenantPrefix(b.in.Name), "/"))
		}
	}
	return uris
}

func envFrom(config *corev1.ConfigMap) corev1.EnvFromSourceArray {
	return corev1.EnvFromSourceArray{corev1.EnvFromSourceArgs{
		ConfigMapRef: corev1.ConfigMapEnvSourceArgs{Name: config.Metadata.Name()},
	}}
}

// home is set on the container because most libraries want to write there, and
// the home of the image is read-only.
func home() corev1.EnvVarArray {
	return corev1.EnvVarArray{corev1.EnvVarArgs{Name: pulumi.String("HOME"), Value: pulumi.String(tmpPath)}}
}

// containerResources states both requests and limits of everything: the quota
// refuses pods that leave one out. disk is the size of what the container may
// write.
func containerResources(size spec.Resources, gpus int, disk string) corev1.ResourceRequirementsArgs {
	amounts := func(of spec.Compute, disk string) pulumi.StringMap {
		amounts := map[string]string{cpuResource: of.CPU, memoryResource: of.Memory, ephemeralResource: disk}
		if gpus > 0 {
			amounts[scheduling.GPUResource] = strconv.Itoa(gpus)
		}
		return pulumi.ToStringMap(amounts)
	}
	return corev1.ResourceRequirementsArgs{
		Requests: amounts(size.Requests, disk),
		Limits:   amounts(size.Limits, spec.Sum(disk, LogSize)),
	}
}

// nodes returns the affinity to nodes whose label has the value, as strictly as
// the placement says.
func (b *builder) nodes(label, value string) corev1.NodeAffinityArgs {
	term := nodeTerm(label, value)
	if b.in.Placement == PlacementPreferred {
		return corev1.NodeAffinityArgs{PreferredDuringSchedulingIgnoredDuringExecution: preferred(term)}
	}
	return corev1.NodeAffinityArgs{
		RequiredDuringSchedulingIgnoredDuringExecution: corev1.NodeSelectorArgs{
			NodeSelectorTerms: corev1.NodeSelectorTermArray{term},
		},
	}
}

func nodeTerm(label, value string) corev1.NodeSelectorTermArgs {
	return corev1.NodeSelectorTermArgs{MatchExpressions: corev1.NodeSelectorRequirementArray{
		corev1.NodeSelectorRequirementArgs{
			Key: pulumi.String(label), Operator: pulumi.String("In"), Values: pulumi.StringArray{pulumi.String(value)},
		},
	}}
}

// preferred gives the term the greatest weight there is.
func preferred(term corev1.NodeSelectorTermArgs) corev1.PreferredSchedulingTermArray {
	return corev1.PreferredSchedulingTermArray{
		corev1.PreferredSchedulingTermArgs{Weight: pulumi.Int(100), Preference: term},
	}
}

func toleration(taint scheduling.Taint) corev1.TolerationArgs {
	return corev1.TolerationArgs{
		Key: pulumi.String(taint.Key), Operator: pulumi.String("Equal"),
		Value: pulumi.String(taint.Value), Effect: pulumi.String(taint.Effect),
	}
}
