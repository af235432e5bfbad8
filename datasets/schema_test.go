package datasets

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// addSchema keeps a database of the newest schema, what is read from it, and the
// sum of its migration. What is there already is never written over: it is what an
// earlier program has left on people's disks.
//
//	go test ./datasets -run TestEveryKeptSchema -add-schema
var addSchema = flag.Bool("add-schema", false, "keep a database of the newest schema version, where there is none yet")

// schemaFolder has of every schema version a database, NNNN.duckdb.gz, and what must
// be read from it, NNNN.txt; migrations.sha256 pins the migrations.
const schemaFolder = "testdata/schema"

// TestEveryKeptSchema: the database file of every schema version is brought to the
// current one, and says what it said then.
func TestEveryKeptSchema(t *testing.T) {
	files := migrationFiles(t)
	if *addSchema {
		keepSchema(t, len(files))
	}
	for i := range files {
		name := fmt.Sprintf("%04d", i+1)
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(schemaFolder, name+".txt"))
			if err != nil {
				t.Fatalf("no database of this schema is kept: go test ./datasets -run TestEveryKeptSchema -add-schema (%v)", err)
			}
			s, err := Open(t.Context(), Config{Path: keptSchema(t, name), Now: thatDay})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(readings(t, s), "\n")); d != "" {
				t.Errorf("reads otherwise than it did: %s", d)
			}
			if c, err := s.Examine(t.Context()); err != nil || c.Schema != len(files) || c.Astray != 0 {
				t.Errorf("%+v, %v", c, err)
			}
			// Rows that are handed in again are known, and new ones go on from there.
			again := stock()[0]
			again.SHA256, again.Read, again.Records = "again", again.Read+1, append(again.Records, person("k9", "p9", "甲类", "A", "2014-03-05", "2014-03-06"))
			if r := mustLoad(t, s, again); r.Loaded != 1 || r.Superseded != 0 {
				t.Errorf("handed in again: %+v", r)
			}
		})
	}
}

// TestMigrationsStayAsTheyWere: a migration that databases have seen is never
// changed; what is to be otherwise is a new one.
func TestMigrationsStayAsTheyWere(t *testing.T) {
	pinned := pins(t)
	files := migrationFiles(t)
	for _, f := range files {
		switch sum := pinned[f]; {
		case sum == "":
			t.Errorf("%s is not pinned: go test ./datasets -run TestEveryKeptSchema -add-schema", f)
		case sum != sumOf(t, f):
			t.Errorf("%s is not what it was: databases have seen it; put it back and write a new migration", f)
		}
		delete(pinned, f)
	}
	for f := range pinned {
		t.Errorf("%s is gone, and databases have seen it", f)
	}
}

func migrationFiles(t *testing.T) []string {
	t.Helper()
	all, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range all {
		out = append(out, f.Name())
	}
	slices.Sort(out)
	return out
}

func sumOf(t *testing.T, file string) string {
	t.Helper()
	b, err := migrations.ReadFile("migrations/" + file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// pins are the sums of the migrations, as sha256sum writes them.
func pins(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(schemaFolder, "migrations.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if sum, file, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			out[file] = sum
		}
	}
	return out
}

// keptSchema unpacks a database into a folder of the test's own.
func keptSchema(t *testing.T, name string) string {
	t.Helper()
	in, err := os.Open(filepath.Join(schemaFolder, name+".duckdb.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".duckdb")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// keepSchema adds the newest schema's database and pin, and nothing else.
func keepSchema(t *testing.T, version int) {
	t.Helper()
	file := migrationFiles(t)[version-1]
	if pins(t)[file] == "" {
		f, err := os.OpenFile(filepath.Join(schemaFolder, "migrations.sha256"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := fmt.Fprintf(f, "%s  %s\n", sumOf(t, file), file); err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(schemaFolder, fmt.Sprintf("%04d", version))
	if exists(to + ".duckdb.gz") {
		return
	}
	path := filepath.Join(t.TempDir(), "new.duckdb")
	s := stocked(t, path)
	said := readings(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	packed(t, path, to+".duckdb.gz")
	if err := os.WriteFile(to+".txt", []byte(said), 0o644); err != nil { //nolint:gosec // of the repository
		t.Fatal(err)
	}
}

func packed(t *testing.T, path, to string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a level that there is
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, out.Bytes(), 0o644); err != nil { //nolint:gosec // of the repository
		t.Fatal(err)
	}
}

func thatDay() time.Time { return date("2015-07-01") }

// stock is a batch of each sort: people who come, go and are counted below others,
// money, activities, posts, figures; a correction; and one to be taken back.
func stock() []Batch {
	one := func(kind Kind, key, category, target, event, known string) Record {
		return Record{Kind: kind, Key: key, Category: category, Target: target, Dept: "d1", Event: date(event), Known: date(known), Row: 3, Sheet: "表"}
	}
	left := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")
	left.End, left.Note = date("2014-05-20"), "引号'与\"双引号\" 和\n换行"
	below := person("k3", "p3", "甲中类", "A1", "2014-02-01", "2014-02-03")
	below.Amount = exact("700.50")
	money := one(Fund, "v1", "到位", "M", "2014-01-10", "2014-01-10")
	money.Amount, money.Source, money.Stage = exact("1234567.89"), "财政", "到位"
	fair := one(Activity, "f1", "招聘会", "D", "2014-05-01", "2014-05-02")
	fair.Value = exact("1")
	posts := one(Post, "甲所2014", "岗位", "R", "2014-06-30", "2014-06-30")
	posts.Value, posts.BaseValue, posts.Name = exact("10"), exact("100"), "甲所"
	figure := one(Indicator, "I2013", "", "I", "2013-12-31", "2014-03-01")
	figure.Value, figure.Source = exact("3.5"), "年报"
	first := batch("one", left, person("k2", "p2", "甲类", "A", "2014-03-05", "2014-03-06"), below, money, fair, posts, figure)
	first.Refusals = []Refusal{{Sheet: "表", Row: 9, Column: "日期", Value: "昨天", Code: "date", ReasonZh: "不是日期", ReasonEn: "no date", RemedyZh: "请改", RemedyEn: "mend it"}}
	first.Read++
	corrected := money
	corrected.Amount, corrected.Known = exact("1234000"), date("2014-09-01")
	return []Batch{first, batch("two", corrected), batch("wrong", person("k7", "p7", "乙类", "B", "2014-07-01", "2014-07-02"))}
}

// stocked is a database of the current schema with something in every part of it.
func stocked(t *testing.T, path string) *Store {
	t.Helper()
	ctx := t.Context()
	s, err := Open(ctx, Config{Path: path, Now: thatDay})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPolicy(ctx, testPolicy()); err != nil {
		t.Fatal(err)
	}
	var last int64
	for _, b := range stock() {
		last = mustLoad(t, s, b).Batch
	}
	at := thatDay()
	score := decimal.NewNullDecimal(decimal.New(85, 0))
	for i, do := range []func() error{
		func() error {
			_, err := s.Undo(ctx, Undoing{Policy: "test", Batch: last, By: "李"})
			return err
		},
		func() error { return s.KeepEffects(ctx, 1, []Effect{{Target: "A", Now: ptr(2)}}) },
		func() error {
			return s.SaveProfile(ctx, "test", Profile{Office: "d1", Signature: "x", Kind: Talent, Columns: map[string]string{"姓名": "name"}, SavedAt: at, SavedBy: "李"})
		},
		func() error {
			_, err := s.SaveScenario(ctx, Scenario{Policy: "test", Name: "多引进", Body: `{"a":1}`, Answer: "{}", State: "9-ab", By: "张"})
			return err
		},
		func() error {
			_, err := s.PutAccount(ctx, Account{Login: "wang", Name: "王", Roles: []string{"administrator"}, Jurisdiction: "440103", Source: "local", Password: "$argon2id$x", Recovery: []string{"a"}, CreatedAt: at, ChangedAt: at})
			return err
		},
		func() error {
			return s.PutSession(ctx, Session{Hash: "h", Account: 1, CreatedAt: at, Seen: at, Address: "192.0.2.1"})
		},
		func() error {
			_, err := s.PutToken(ctx, Token{Account: 1, Hash: "k", Name: "robot", Roles: []string{"clerk"}, CreatedAt: at, ExpiresAt: at.AddDate(1, 0, 0)})
			return err
		},
		func() error {
			_, err := s.AddReport(ctx, Report{Policy: "test", Kind: "brief", Lang: "zh", Format: "docx", Name: "简报.docx", AsOf: at, State: "1-a", Version: "1", Seed: "555", Bytes: 7, SHA256: "ab", By: "甲"})
			return err
		},
		func() error { return s.SaveReportTemplate(ctx, "test", "zh", "正文", "某") },
		func() error {
			_, err := s.AddNote(ctx, "test", Note{Target: "A", Text: "记", By: "张"})
			return err
		},
		func() error {
			return s.SavePlans(ctx, "test", []PlanRevision{{Target: "T", Known: date("2014-01-01"), By: "张", Reason: "下达", Years: planOf(1, 2, 3, 4, 10)}})
		},
		func() error {
			return s.SaveSelfReviews(ctx, "test", "d1", 2014, "张", []SelfReview{{Target: "T", Score: score, Reason: "好", Measures: "继续"}})
		},
		func() error {
			return s.Raise(ctx, "test", map[string]string{"A": "off_track"}, []Alert{{Kind: "light", Subject: "A", Was: "on_track", Became: "off_track", TextZh: "变红", TextEn: "red", AsOf: at, State: "9-ab"}}, []string{"room"})
		},
	} {
		if err := do(); err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
	}
	return s
}

// readings is what pages, forecasts and accounts read from a database: fields that
// mean the same in every version of the program, a line each. It may get new lines
// only for what old databases have none of.
func readings(t *testing.T, s *Store) string {
	t.Helper()
	ctx, day := t.Context(), func(at time.Time) string { return at.Format(time.DateOnly) }
	var out []string
	line := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Policy(ctx, "test")
	must(err)
	for _, x := range p.Targets {
		line("target %s %s %s %s below %q", x.ID, x.NameZh, x.Measure, x.Unit, x.ParentID)
	}
	st, err := s.State(ctx, "test")
	must(err)
	line("state %d rows, %s to %s, known %s", st.Rows, day(st.First), day(st.Last), day(st.Known))
	for _, asOf := range []string{"2014-06-30", "2014-12-31", "2015-06-30"} {
		flows, err := s.Flows(ctx, "test", date(asOf), date(asOf))
		must(err)
		for _, f := range flows {
			line("%s flow %s %v +%d -%d %s %s", asOf, f.Target, f.Month, f.Joins, f.Leaves, f.Value, f.Amount)
		}
		figures, err := s.Figures(ctx, "test", date(asOf), date(asOf))
		must(err)
		for _, f := range figures {
			line("%s figure %s %s %s known %s", asOf, f.Target, day(f.Date), f.Value, day(f.Known))
		}
		excesses, _, err := s.Excesses(ctx, "test", date(asOf), date(asOf))
		must(err)
		for _, x := range excesses {
			line("%s excess %s %s %g over %g", asOf, x.Target, day(x.Date), x.Value, x.Limit)
		}
		for _, x := range p.Targets {
			rows, _, err := s.Rows(ctx, "test", x.ID, date(asOf), 50, 0)
			must(err)
			for _, r := range rows {
				line("%s row of %s: %d %s %s %q %s %s known %s %s %s of %s row %d", asOf, x.ID, r.ID, r.Kind, r.Category, r.Name, r.Dept, day(r.Event), day(r.Known), money(r.Amount), r.Value.Decimal, r.File, r.RowNo)
			}
		}
	}
	batches, err := s.Batches(ctx, "test")
	must(err)
	for _, b := range batches {
		line("batch %d %s read %d: %d %d %d %d, undone %v by %q", b.ID, b.File, b.Read, b.Loaded, b.Superseded, b.Unchanged, b.Refused, b.UndoneAt != nil, b.UndoneBy)
		refusals, err := s.Refusals(ctx, b.ID)
		must(err)
		for _, r := range refusals {
			line("refused %s row %d %s %s", r.Sheet, r.Row, r.Column, r.ReasonZh)
		}
		effects, err := s.Effects(ctx, b.ID)
		must(err)
		for _, e := range effects {
			line("effect %d %s %v", b.ID, e.Target, e.Now != nil)
		}
	}
	out = append(out, sayings(ctx, t, s)...)
	slices.Sort(out)
	return strings.Join(out, "\n") + "\n"
}

func money(f *Fen) string {
	if f == nil {
		return "-"
	}
	return f.String()
}

// sayings is the part of readings that people said rather than handed in.
func sayings(ctx context.Context, t *testing.T, s *Store) (out []string) {
	t.Helper()
	line := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	profiles, err := s.Profiles(ctx, "test")
	must(err)
	for _, x := range profiles {
		line("profile %s %s %s %v", x.Office, x.Signature, x.Kind, x.Columns)
	}
	scenarios, err := s.Scenarios(ctx, "test")
	must(err)
	for _, x := range scenarios {
		line("scenario %s %s %s by %s", x.Name, x.Body, x.State, x.By)
	}
	accounts, err := s.Accounts(ctx)
	must(err)
	for _, x := range accounts {
		line("account %d %s %s %v %s %v", x.ID, x.Login, x.Name, x.Roles, x.Password, x.Recovery)
	}
	sessions, err := s.Sessions(ctx)
	must(err)
	for _, x := range sessions {
		line("session %s of %d from %s", x.Hash, x.Account, x.Address)
	}
	tokens, err := s.Tokens(ctx)
	must(err)
	for _, x := range tokens {
		line("token %s %s of %d %v", x.Hash, x.Name, x.Account, x.Roles)
	}
	reports, err := s.Reports(ctx, "test")
	must(err)
	for _, x := range reports {
		line("report %d %s %s %s %s", x.ID, x.Kind, x.Name, x.AsOf.Format(time.DateOnly), x.SHA256)
	}
	template, err := s.ReportTemplate(ctx, "test", "zh")
	must(err)
	line("template %d %q", template.Revision, template.Body)
	notes, err := s.Notes(ctx, "test", thatDay().AddDate(1, 0, 0))
	must(err)
	for _, x := range notes {
		line("note %s %s by %s", x.Target, x.Text, x.By)
	}
	plans, err := s.Plans(ctx, "test")
	must(err)
	for _, x := range plans {
		line("plan %s %d %s by %s %v", x.Target, x.Revision, x.Reason, x.By, x.Years)
	}
	reviews, err := s.SelfReviews(ctx, "test", "d1", 2014)
	must(err)
	for id, x := range reviews {
		line("review %s %d %s %s", id, x.Revision, x.Score.Decimal, x.Reason)
	}
	seen, err := s.Seen(ctx, "test")
	must(err)
	for subject, state := range seen {
		line("seen %s %s", subject, state)
	}
	waiting, err := s.Undelivered(ctx, thatDay().AddDate(1, 0, 0), 99)
	must(err)
	for _, x := range waiting {
		line("alert %d %s %s %s through %s, tried %d times", x.ID, x.Subject, x.Became, x.TextZh, x.Channel, x.Tries)
	}
	return out
}
