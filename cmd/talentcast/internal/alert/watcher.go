package alert

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// Watcher compares what is known with what was last seen.
type Watcher struct {
	Store    *datasets.Store
	Outlooks *outlook.Service
	Config   Config
	Grace    int // days
	Every    time.Duration
	Now      func() time.Time
	After    func(time.Duration) <-chan time.Time
	Client   *http.Client // nil for one that follows no redirect
	Password string       // of the mail account
	Log      *slog.Logger
	// Begin writes down that alerts of a policy are about to leave by a channel, and
	// returns what writes down how that went; nil for nobody.
	Begin func(policy, channel string, alerts int) (end func(error) error, err error)

	looked map[string]string // by policy: the state of the data and the day of the last look
}

// waits are the pauses before an alert that could not be sent is tried again; after
// them it is given up.
func waits() []time.Duration {
	return []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

// Run looks and sends until ctx ends. Trouble is logged and tried again.
func (w *Watcher) Run(ctx context.Context) {
	for {
		if err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("alerts", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-w.After(w.Every):
		}
	}
}

// Once looks at every policy whose data or day are others than at the last look,
// and sends what is due.
func (w *Watcher) Once(ctx context.Context) error {
	policies, err := w.Store.Policies(ctx)
	if err != nil {
		return err
	}
	if w.looked == nil {
		w.looked = map[string]string{}
	}
	for _, p := range policies {
		state, err := w.Store.State(ctx, p.ID)
		if err != nil {
			return err
		}
		key := state.Version + " " + w.Now().Format(time.DateOnly)
		if state.Rows == 0 || w.looked[p.ID] == key {
			continue
		}
		if err := w.look(ctx, p); err != nil {
			return fmt.Errorf("alerts of %s: %w", p.ID, err)
		}
		w.looked[p.ID] = key
	}
	return w.deliver(ctx)
}

// look raises what is otherwise than it was seen last. The first look at a policy
// tells nothing: everything would be new.
func (w *Watcher) look(ctx context.Context, p datasets.Policy) error {
	o, err := w.Outlooks.Of(ctx, outlook.Query{Policy: p.ID})
	if err != nil {
		return err
	}
	h, err := w.Outlooks.Health(ctx, outlook.HealthQuery{Policy: p.ID, Grace: w.Grace})
	if err != nil {
		return err
	}
	was, err := w.Store.Seen(ctx, p.ID)
	if err != nil {
		return err
	}
	seen := map[string]string{}
	var alerts []datasets.Alert
	for i := range o.Targets {
		t := &o.Targets[i]
		if t.SameAs != "" {
			continue
		}
		seen[t.ID] = string(t.Status)
		if then := target.Status(was[t.ID]); then != "" && then != t.Status && worth(then, t.Status) {
			alerts = append(alerts, lightAlert(t, then))
		}
	}
	for _, d := range h.Deliveries {
		subject := "due:" + d.Dept + "/" + string(d.Kind)
		seen[subject] = "in time"
		if d.Overdue > 0 {
			seen[subject] = "due " + d.Due.Format(time.DateOnly)
			if was[subject] != seen[subject] {
				alerts = append(alerts, overdueAlert(p, subject, was[subject], d))
			}
		}
	}
	if len(was) == 0 {
		alerts = nil
	}
	for i := range alerts {
		alerts[i].AsOf, alerts[i].State = o.AsOf.Time, o.State.Version
	}
	channels := w.Config.channels()
	if len(w.Config.Policies) > 0 && !slices.Contains(w.Config.Policies, p.ID) {
		channels = nil
	}
	return w.Store.Raise(ctx, p.ID, seen, alerts, channels)
}

// worth is whether people want to hear of it: into red or orange, and out of them.
func worth(then, now target.Status) bool {
	alarming := func(s target.Status) bool { return s == target.OffTrack || s == target.AtRisk }
	return alarming(then) || alarming(now)
}

func lightAlert(t *outlook.Target, then target.Status) datasets.Alert {
	say := func(lang string) string {
		format := "%s：由%s（%s）转为%s（%s）。%s"
		if lang == phrase.En {
			format = "%s: from %s (%s) to %s (%s). %s"
		}
		return fmt.Sprintf(format, t.Short(lang), then.Light(lang), outlook.StatusWord(then, t.Measure, lang), t.Status.Light(lang), t.Word(lang), t.Reason.In(lang))
	}
	return datasets.Alert{Kind: "light", Subject: t.ID, Was: string(then), Became: string(t.Status), TextZh: say(phrase.Zh), TextEn: say(phrase.En)}
}

func overdueAlert(p datasets.Policy, subject, was string, d outlook.DataHealth) datasets.Alert {
	name := func(lang string) string {
		if x, ok := p.Department(d.Dept); ok {
			return x.Name(lang)
		}
		return d.Dept
	}
	return datasets.Alert{
		Kind: "overdue", Subject: subject, Was: was, Became: "due " + d.Due.Format(time.DateOnly),
		TextZh: fmt.Sprintf("%s：%s数据应于%s前报送，已逾期%d天。", name(phrase.Zh), report.KindName(d.Kind, phrase.Zh), phrase.Date(d.Due.Time, phrase.Zh), d.Overdue),
		TextEn: fmt.Sprintf("%s: data of the kind %s were due by %s, %d days ago.", name(phrase.En), report.KindName(d.Kind, phrase.En), phrase.Date(d.Due.Time, phrase.En), d.Overdue),
	}
}

// deliver sends what is due, one message a policy and channel.
func (w *Watcher) deliver(ctx context.Context) error {
	due, err := w.Store.Undelivered(ctx, w.Now(), 1+len(waits())) // the first try, and one after each pause
	if err != nil {
		return err
	}
	type letter struct{ policy, channel string }
	var order []letter
	of := map[letter][]datasets.Outgoing{}
	for _, d := range due {
		k := letter{d.Policy, d.Channel}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], d)
	}
	for _, k := range order {
		if err := w.one(ctx, k.policy, k.channel, of[k]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) one(ctx context.Context, policy, channel string, due []datasets.Outgoing) error {
	m, ids, tries, err := w.message(ctx, policy, due)
	if err != nil {
		return err
	}
	problem := ""
	if err := w.send(ctx, policy, channel, m); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		problem = err.Error()
		w.Log.Warn("alert", "channel", channel, "try", tries+1, "error", err)
	}
	next := w.Now().Add(waits()[min(tries, len(waits())-1)])
	return w.Store.Delivered(ctx, ids, channel, problem, next)
}

func (w *Watcher) message(ctx context.Context, policy string, due []datasets.Outgoing) (m message, ids []int64, tries int, err error) {
	p, err := w.Store.Policy(ctx, policy)
	if err != nil {
		return m, nil, 0, err
	}
	lang := w.Config.Lang
	m.lang = lang
	m.title = fmt.Sprintf("%s：%d条提醒", p.Name(lang), len(due))
	if lang == phrase.En {
		m.title = fmt.Sprintf("%s: %d alerts", p.Name(lang), len(due))
	}
	for _, d := range due {
		line := d.TextZh
		if lang == phrase.En {
			line = d.TextEn
		}
		m.lines, m.alerts, ids = append(m.lines, line), append(m.alerts, d.Alert), append(ids, d.ID)
		tries = max(tries, d.Tries)
	}
	return m, ids, tries, nil
}

// send sends a message that is written down before and after.
func (w *Watcher) send(ctx context.Context, policy, channel string, m message) error {
	if w.Begin == nil {
		return w.through(ctx, channel, m)
	}
	end, err := w.Begin(policy, channel, len(m.alerts))
	if err != nil {
		return err
	}
	sent := w.through(ctx, channel, m)
	if err := end(sent); err != nil {
		w.Log.Error("alert", "channel", channel, "error", err) // it has left: sending it again would not help
	}
	return sent
}

// sending is how long a message may take.
const sending = 30 * time.Second

func (w *Watcher) through(ctx context.Context, channel string, m message) error {
	ctx, cancel := context.WithTimeout(ctx, sending)
	defer cancel()
	if channel == mailChannel {
		return w.Config.Mail.Send(ctx, w.Password, w.Config.To, w.Now(), m.title, m.text())
	}
	c := w.Client
	if c == nil {
		c = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	for _, h := range w.Config.Webhooks {
		if h.Name == channel {
			return h.post(ctx, c, w.Now(), m)
		}
	}
	return fmt.Errorf("there is no channel %q in the settings any more", channel)
}
