package spec

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Check reports numbers below zero, amounts that are not quantities, and a
// quota too small for what the platform itself starts: every replica at the
// maximum, those a rollout adds, old ones that still end, and one training job.
// Such a quota shows up only under load, as pods that are not made. A training pod
// that ends needs no more: the next one starts when it is gone.
func (q Quota) Check(path *field.Path, demand Demand) field.ErrorList {
	list := CheckCPU(path.Child("cpu"), q.CPU, "12")
	list = append(list, CheckMemory(path.Child("memory"), q.Memory, "24Gi")...)
	list = append(list, CheckQuantity(path.Child("storage"), q.Storage, "200Gi")...)
	list = append(list, atLeastZero(path.Child("pods"), q.Pods)...)
	list = append(list, atLeastZero(path.Child("persistentVolumeClaims"), q.PersistentVolumeClaims)...)
	list = append(list, atLeastZero(path.Child("gpus"), q.GPUs)...)
	list = append(list, atLeastZero(path.Child("jobs"), q.Jobs)...)
	return append(list, q.holds(path, demand)...)
}

func (q Quota) holds(path *field.Path, demand Demand) field.ErrorList {
	replicas := max(demand.Replicas.Max, 0) + Surge + Ending
	why := fmt.Sprintf("%d replicas, and during a rollout %d more and %d that still ends", demand.Replicas.Max, Surge, Ending)
	var cpu, memory, storage total
	cpu.add(replicas, demand.Replica.Limits.CPU)
	memory.add(replicas, demand.Replica.Limits.Memory)
	pods, claims, gpus, jobs := replicas, 0, 0, 0
	if demand.Training != nil {
		why += ", and one training job"
		cpu.add(1, demand.Training.Resources.Limits.CPU)
		memory.add(1, demand.Training.Resources.Limits.Memory)
		storage.add(1, demand.Training.CheckpointStorage)
		pods, claims, gpus, jobs = replicas+1, 1, demand.Training.GPUs, 1+2*FinishedJobs
	}
	list := holdsAmount(path.Child("cpu"), q.CPU, cpu, "the CPU limits of "+why)
	list = append(list, holdsAmount(path.Child("memory"), q.Memory, memory, "the memory limits of "+why)...)
	list = append(list, holdsNumber(path.Child("pods"), q.Pods, pods, why)...)
	list = append(list, holdsAmount(path.Child("storage"), q.Storage, storage, "the checkpoints of the training job")...)
	list = append(list, holdsNumber(path.Child("persistentVolumeClaims"), q.PersistentVolumeClaims, claims, "the checkpoints of the training job")...)
	list = append(list, holdsNumber(path.Child("gpus"), q.GPUs, gpus, "one training job")...)
	return append(list, holdsNumber(path.Child("jobs"), q.Jobs, jobs, "one training job and those that have ended")...)
}

func holdsAmount(path *field.Path, text string, need total, what string) field.ErrorList {
	amount, err := resource.ParseQuantity(text)
	if err != nil || amount.Sign() <= 0 || amount.Cmp(need.sum) >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, text, fmt.Sprintf("must be >= %s, %s", need.sum.String(), what))}
}

func holdsNumber(path *field.Path, number, need int, what string) field.ErrorList {
	if number < 0 || number >= need {
		return nil
	}
	return field.ErrorList{field.Invalid(path, number, fmt.Sprintf("must be >= %d, %s", need, what))}
}

func atLeastZero(path *field.Path, number int) field.ErrorList {
	if number >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, number, "must be >= 0")}
}
