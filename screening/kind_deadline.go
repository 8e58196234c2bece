package screening

import "time"

// deadline compares the time of receipt by our own server with the vacancy's limit. The
// Date header is the sender's claim and is only shown.
var deadline = Kind{Name: "deadline",
	Reasons: []string{"deadline.kept", "deadline.late", "deadline.unset", "deadline.no_receipt"},
	Check: func(c Criterion) []Problem {
		return checkParams(c, &struct{}{})
	},
	Judge: func(c Criterion, r *Reading) Finding {
		limit := r.Checklist.Deadline
		if limit == nil || limit.At.IsZero() {
			return c.Unclear("deadline.unset").With(r.Searched())
		}
		if r.Dossier.ReceivedAt.IsZero() {
			return c.Unclear("deadline.no_receipt").With(r.Searched())
		}
		zone := time.UTC
		if z, err := time.LoadLocation(limit.Zone); err == nil {
			zone = z
		}
		args := []string{"deadline", limit.At.In(zone).Format(time.RFC3339), "received", r.Dossier.ReceivedAt.In(zone).Format(time.RFC3339)}
		if !limit.Missed(r.Dossier.ReceivedAt) {
			return c.Met("deadline.kept", args...).With(r.Received(Supports))
		}
		args = append(args, "by", r.Dossier.ReceivedAt.Sub(limit.At).Round(time.Second).String())
		return c.NotMet("deadline.late", args...).With(r.Received(Contradicts))
	}}
