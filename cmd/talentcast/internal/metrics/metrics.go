// Package metrics tells Prometheus how the service does. Nothing in it is about a
// person, and nothing of it is on the service's own address.
package metrics

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"talentcast/cmd/talentcast/internal/disk"
	"talentcast/datasets"
)

// Metrics are the figures of one service.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	flight   prometheus.Gauge
	outlooks prometheus.Histogram
	backups  *prometheus.CounterVec
	backedUp prometheus.Gauge
}

// New makes the figures of a service on a store, whose database lies in data.
func New(store *datasets.Store, data, version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "talentcast_requests_total", Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "talentcast_request_seconds", Help: "Time of answers by route.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		flight:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "talentcast_requests_in_flight", Help: "Requests being answered."}),
		outlooks: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "talentcast_outlook_seconds", Help: "Time to compute all outlooks of a policy anew.", Buckets: []float64{.1, .25, .5, 1, 2, 4, 8, 16, 32, 64}}),
	}
	m.backups = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "talentcast_backups_total", Help: "Backups by the clock since the start, by how they went."}, []string{"result"})
	m.backedUp = prometheus.NewGauge(prometheus.GaugeOpts{Name: "talentcast_backup_last_success_timestamp_seconds", Help: "When the last backup by the clock was whole; 0 for none since the start."})
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "talentcast_build_info", Help: "1, with the program's version.", ConstLabels: prometheus.Labels{"version": version}}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.seconds, m.flight, m.outlooks, m.backups, m.backedUp, build, kept{store, data},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, Timeout: 30 * time.Second})
}

// Request counts one answer; route is the router's pattern, "" for none.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, known(method), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// known is a method as a label: whoever asks may make up any word, and each would
// be a series that is kept for ever.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// Outlook counts one computation of all outlooks of a policy.
func (m *Metrics) Outlook(took time.Duration) { m.outlooks.Observe(took.Seconds()) }

// Backup counts one backup by the clock that ended at a moment.
func (m *Metrics) Backup(at time.Time, err error) {
	if err != nil {
		m.backups.WithLabelValues("failed").Inc()
		return
	}
	m.backups.WithLabelValues("ok").Inc()
	m.backedUp.Set(float64(at.Unix()))
}

// Wrap counts the requests under way.
func (m *Metrics) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.flight.Inc()
		defer m.flight.Dec()
		h.ServeHTTP(w, r)
	})
}

// kept tells what is stored, when it is asked.
type kept struct {
	store *datasets.Store
	data  string
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("talentcast_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector; what there is depends on the data.
func (k kept) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (k kept) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for name, file := range map[string]string{"database_bytes": "talentcast.duckdb", "database_log_bytes": "talentcast.duckdb.wal"} {
		if i, err := os.Stat(filepath.Join(k.data, file)); err == nil {
			gauge(desc(name, "Size of "+file+"."), float64(i.Size()))
		}
	}
	if free, err := disk.Free(k.data); err == nil {
		gauge(desc("disk_free_bytes", "Room on the disk of the data folder."), float64(free))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	policies, err := k.store.Policies(ctx)
	if err != nil {
		return // the scrape shows it by what is missing
	}
	batches, loaded, refused := desc("batches", "Files loaded.", "policy", "kind"), desc("rows_loaded", "Rows loaded, new and corrected.", "policy", "kind"), desc("rows_refused", "Rows refused.", "policy", "kind")
	newest := desc("last_load_timestamp_seconds", "When the newest file was loaded.", "policy")
	for _, p := range policies {
		all, err := k.store.Batches(ctx, p.ID)
		if err != nil {
			continue
		}
		n, rows, bad := map[datasets.Kind]float64{}, map[datasets.Kind]float64{}, map[datasets.Kind]float64{}
		var last time.Time
		for _, b := range all {
			n[b.Kind]++
			rows[b.Kind] += float64(b.Loaded + b.Superseded)
			bad[b.Kind] += float64(b.Refused)
			if b.LoadedAt.After(last) {
				last = b.LoadedAt
			}
		}
		for kind := range n {
			gauge(batches, n[kind], p.ID, string(kind))
			gauge(loaded, rows[kind], p.ID, string(kind))
			gauge(refused, bad[kind], p.ID, string(kind))
		}
		if !last.IsZero() {
			gauge(newest, float64(last.Unix()), p.ID)
		}
	}
}
