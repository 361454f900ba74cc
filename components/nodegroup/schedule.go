package nodegroup

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// newSchedule makes the two scheduled actions of the Auto Scaling group.
//
// In off-hours least, largest and desired size are all Size, so the cluster
// autoscaler cannot start a node for whatever is pending then. EKS does not see
// these sizes: it reports the group's own, so nothing drifts, and an update of
// the group in off-hours may bring them back until the next ScaleDown. A group
// made at night starts with its own sizes and shrinks at the next ScaleDown.
func (n *NodeGroup) newSchedule(ctx *pulumi.Context, name string, in *Args) error {
	s := in.Schedule
	if s == nil || !s.Enabled {
		return nil
	}
	for _, action := range []struct {
		suffix, recurrence  string
		least, most, wanted int
	}{
		{"down", s.ScaleDown, s.Size, s.Size, s.Size},
		{"up", s.ScaleUp, in.MinSize, in.MaxSize, in.DesiredSize},
	} {
		_, err := autoscaling.NewSchedule(ctx, name+"-scale-"+action.suffix, &autoscaling.ScheduleArgs{
			AutoscalingGroupName: n.autoScalingGroup(),
			ScheduledActionName:  pulumi.String(name + "-scale-" + action.suffix),
			Recurrence:           pulumi.String(action.recurrence),
			TimeZone:             pulumi.String(cmp.Or(s.TimeZone, awsenv.DefaultTimeZone)),
			MinSize:              pulumi.Int(action.least),
			MaxSize:              pulumi.Int(action.most),
			DesiredCapacity:      pulumi.Int(action.wanted),
		}, pulumi.Parent(n))
		if err != nil {
			return fmt.Errorf("creating scheduled action %s: %w", action.suffix, err)
		}
	}
	return nil
}
