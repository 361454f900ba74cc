package guard

import "fmt"

var workloads = []string{typeDeployment, typeStatefulSet, typeDaemonSet, typeJob, typeCronJob, typePod, typePodTemplate}

// podSpec returns the pod specification of a workload.
func podSpec(r Resource) any {
	switch r.Type {
	case typePod:
		return r.at("spec")
	case typePodTemplate:
		return r.at("template", "spec")
	case typeCronJob:
		return r.at("spec", "jobTemplate", "spec", "template", "spec")
	default:
		return r.at("spec", "template", "spec")
	}
}

// container is one container of a pod with the path a finding shows.
type container struct {
	path string
	body any
}

func (c container) at(path ...string) any {
	value := c.body
	for _, step := range path {
		value = child(value, step)
	}
	return value
}

// containers returns the decided containers of a workload, initial ones included.
func containers(r Resource) []container {
	var found []container
	for _, key := range []string{"initContainers", "containers"} {
		list, _ := items(child(podSpec(r), key))
		for i, body := range list {
			if isUnknown(body) == no {
				found = append(found, container{path: fmt.Sprintf("%s[%d]", key, i), body: body})
			}
		}
	}
	return found
}

// isFalse answers for inputs whose default is not false.
func isFalse(v any) truth {
	switch v := v.(type) {
	case Unknown:
		return unsure
	case bool:
		return fact(!v)
	default:
		return no
	}
}
