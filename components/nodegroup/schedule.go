package nodegroup

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/offhours"
)

// Schedule empties a group at set times and fills it again, by scheduled
// actions of its Auto Scaling group.
//
// In off-hours least, largest and desired size are all Size, so the cluster
// autoscaler cannot start a node for whatever is pending then. EKS does not see
// these sizes: it reports those of Scaling, so nothing drifts, and an update of
// the group in off-hours may bring them back until the next ScaleDown.
type Schedule struct {
	// ScaleDown and ScaleUp are cron schedules of five fields, such as
	// "0 19 * * 1-5"; required. Outside of them the group is left as it is: made
	// at night, it starts with Scaling and shrinks at the next ScaleDown.
	ScaleDown, ScaleUp string
	// TimeZone is the IANA time zone of both; default offhours.DefaultTimeZone.
	TimeZone string
	// Size is the number of nodes in off-hours; default 0. It must be less than
	// Scaling.Min, or than Scaling.Max where that is 0.
	Size int
}

// newSchedule makes the two scheduled actions.
func (n *NodeGroup) newSchedule(ctx *pulumi.Context, name string, in *Args) error {
	s := in.Schedule
	if s == nil {
		return nil
	}
	for _, action := range []struct {
		suffix, recurrence string
		size               Scaling
	}{
		{"down", s.ScaleDown, Scaling{Min: s.Size, Max: s.Size, Desired: s.Size}},
		{"up", s.ScaleUp, *in.Scaling},
	} {
		_, err := autoscaling.NewSchedule(ctx, name+"-scale-"+action.suffix, &autoscaling.ScheduleArgs{
			AutoscalingGroupName: n.autoScalingGroup(),
			ScheduledActionName:  pulumi.String(name + "-scale-" + action.suffix),
			Recurrence:           pulumi.String(action.recurrence),
			TimeZone:             pulumi.String(cmp.Or(s.TimeZone, offhours.DefaultTimeZone)),
			MinSize:              pulumi.Int(action.size.Min),
			MaxSize:              pulumi.Int(action.size.Max),
			DesiredCapacity:      pulumi.Int(action.size.Desired),
		}, pulumi.Parent(n))
		if err != nil {
			return fmt.Errorf("creating scheduled action %s: %w", action.suffix, err)
		}
	}
	return nil
}

func (a *Args) validateSchedule() field.ErrorList {
	s := a.Schedule
	if s == nil {
		return nil
	}
	path := field.NewPath("schedule")
	list := offhours.Schedule{ScaleDown: s.ScaleDown, ScaleUp: s.ScaleUp, TimeZone: s.TimeZone}.Check(path)
	if a.Role == scheduling.RoleSystem {
		list = append(list, field.Forbidden(path, "system nodes stay up: DNS and the cluster's own controllers run there"))
	}
	for key, value := range map[string]string{"scaleDown": s.ScaleDown, "scaleUp": s.ScaleUp} {
		if value == "" {
			list = append(list, field.Required(path.Child(key), "a cron schedule such as 0 19 * * 1-5"))
		}
	}
	if least := cmp.Or(a.Scaling.Min, a.Scaling.Max); s.Size < 0 || s.Size >= least {
		list = append(list, field.Invalid(path.Child("size"), s.Size,
			fmt.Sprintf("must be >= 0 and less than %d, or nothing is saved", least)))
	}
	return list
}
