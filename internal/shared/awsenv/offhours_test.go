package awsenv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func TestSchedules(t *testing.T) {
	t.Parallel()
	const cron = `must be a cron schedule such as "0 19 * * 1-5" (minute, hour, day, month, weekday)`
	for name, test := range map[string]struct {
		schedule awsenv.OffHours
		want     []string
	}{
		"weekdays":     {awsenv.OffHours{ScaleDown: "0 19 * * 1-5", ScaleUp: "0 7 * * 1-5", TimeZone: "Europe/Dublin"}, nil},
		"without zone": {awsenv.OffHours{ScaleDown: "30 18 * * FRI", ScaleUp: "0 7 * * MON"}, nil},
		"macro":        {awsenv.OffHours{ScaleDown: "@daily", ScaleUp: "0 7 * * *"}, []string{`s.scaleDown: Invalid value: "@daily": ` + cron}},
		"zone inside":  {awsenv.OffHours{ScaleDown: "TZ=UTC 0 7 * *", ScaleUp: "0 7 * * *"}, []string{`s.scaleDown: Invalid value: "TZ=UTC 0 7 * *": ` + cron}},
		"hour 25":      {awsenv.OffHours{ScaleDown: "0 25 * * *", ScaleUp: "0 7 * * *"}, []string{`s.scaleDown: Invalid value: "0 25 * * *": ` + cron}},
		"30 February":  {awsenv.OffHours{ScaleDown: "0 1 30 2 *", ScaleUp: "0 7 * * *"}, []string{`s.scaleDown: Invalid value: "0 1 30 2 *": must name a time that comes: no month has that day`}},
		"same time":    {awsenv.OffHours{ScaleDown: "0 7 * * *", ScaleUp: "0  7 * * *"}, []string{`s.scaleUp: Invalid value: "0  7 * * *": must differ from scaleDown`}},
		"no zone": {awsenv.OffHours{ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *", TimeZone: "Ireland"},
			[]string{`s.timeZone: Invalid value: "Ireland": must be an IANA time zone such as Europe/Dublin or Etc/UTC`}},
		"the machine's": {awsenv.OffHours{ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *", TimeZone: "Local"},
			[]string{`s.timeZone: Invalid value: "Local": must be an IANA time zone such as Europe/Dublin or Etc/UTC`}},
	} {
		var got []string
		for _, err := range test.schedule.Check(field.NewPath("s")) {
			got = append(got, err.Error())
		}
		assert.Equal(t, test.want, got, name)
	}
}
