package nodegroup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

const scheduleToken = "aws:autoscaling/schedule:Schedule"

func TestSchedule(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	args.MinSize, args.MaxSize, args.DesiredSize = 2, 5, 3
	args.Schedule = &spec.OffHours{
		Enabled: true, ScaleDown: "0 19 * * 1-5", ScaleUp: "0 7 * * 1-5", TimeZone: "Europe/Dublin", Size: 1,
	}
	recorder := run(t, args)
	for name, want := range map[string]map[string]any{
		"nodes-scale-down": {"recurrence": "0 19 * * 1-5", "minSize": 1.0, "maxSize": 1.0, "desiredCapacity": 1.0},
		"nodes-scale-up":   {"recurrence": "0 7 * * 1-5", "minSize": 2.0, "maxSize": 5.0, "desiredCapacity": 3.0},
	} {
		action := recorder.One(t, scheduleToken, name)
		assert.Equal(t, nodegroup.Token, action.ParentType)
		assert.Equal(t, "eks-nodes-group", action.Prop("autoscalingGroupName"))
		assert.Equal(t, name, action.Prop("scheduledActionName"))
		assert.Equal(t, "Europe/Dublin", action.Prop("timeZone"))
		for key, value := range want {
			assert.Equal(t, value, action.Prop(key), "%s %s", name, key)
		}
	}
	group := recorder.One(t, groupToken, "nodes-group")
	assert.Equal(t, map[string]any{"minSize": 2.0, "maxSize": 5.0, "desiredSize": 3.0}, group.Prop("scalingConfig"),
		"EKS keeps the sizes of working hours")
}

func TestScheduleDefaults(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleSpot)
	args.Schedule = &spec.OffHours{Enabled: true, ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *"}
	down := run(t, args).One(t, scheduleToken, "nodes-scale-down")
	assert.Equal(t, "Etc/UTC", down.Prop("timeZone"))
	assert.Equal(t, 0.0, down.Prop("maxSize"))
}

func TestScheduleThatIsNotEnabled(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleSystem)
	args.Schedule = &spec.OffHours{ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *"}
	assert.Empty(t, run(t, args).OfType(scheduleToken))
}

func TestWrongSchedule(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleSystem)
	args.Schedule = &spec.OffHours{Enabled: true, ScaleDown: "every night", TimeZone: "Ireland", Size: 2}
	_, err := harness.RunErr(program(args))
	require.ErrorContains(t, err, `node group "nodes": 5 errors:
  schedule.scaleDown: Invalid value: "every night": must be a cron schedule such as "0 19 * * 1-5" (minute, hour, day, month, weekday)
  schedule.scaleUp: Required value: when the group gets its sizes back, such as 0 7 * * 1-5
  schedule.size: Invalid value: 2: must be >= 0 and less than 2, or nothing is saved
  schedule.timeZone: Invalid value: "Ireland": must be an IANA time zone such as Europe/Dublin or Etc/UTC
  schedule: Forbidden: a group of role system must stay up: DNS and the cluster's own controllers run there`)
}
