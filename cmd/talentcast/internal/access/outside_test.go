package access

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/jimlambrt/gldap"
	"github.com/pquerna/otp/totp"

	"talentcast/analytics/fault"
)

// issuer is an OpenID Connect provider for tests: it signs what the test says
// somebody is, for whoever shows the code and proves to have asked for it.
type issuer struct {
	*httptest.Server
	signer                jose.Signer
	claims                map[string]any
	challenge, nonce, aud string
	at                    func() time.Time
}

func newIssuer(t *testing.T, at func() time.Time) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{aud: "talentcast", at: at, claims: map[string]any{}}
	i.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if r.FormValue("code") != "good" || base64.RawURLEncoding.EncodeToString(sum[:]) != i.challenge {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		claims := map[string]any{"iss": i.URL, "aud": i.aud, "sub": "42", "exp": i.at().Add(time.Hour).Unix(), "iat": i.at().Unix(), "nonce": i.nonce}
		for k, v := range i.claims {
			claims[k] = v
		}
		raw, err := jwt.Signed(i.signer).Claims(claims).Serialize()
		if err != nil {
			t.Error(err)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": raw})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func TestOIDC(t *testing.T) {
	var w *world
	i := newIssuer(t, func() time.Time { return w.now() })
	w = newWorld(t, func(c *Config) {
		c.OIDC = &OIDC{Issuer: i.URL, ClientID: "talentcast", ClientSecret: "s", Redirect: "https://here/signin/return", Roles: map[Role][]string{Planner: {"plan"}, Leader: {"boss"}}}
	})
	w.user(t, "wang", Administrator)
	begin := func() string {
		t.Helper()
		to, state, err := w.BeginOIDC(t.Context(), "/p/x")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(to)
		q := u.Query()
		if err != nil || !strings.HasPrefix(to, i.URL+"/auth?") || q.Get("code_challenge_method") != "S256" || q.Get("state") != state || q.Get("nonce") == "" {
			t.Fatalf("sent to %s", to)
		}
		i.challenge, i.nonce = q.Get("code_challenge"), q.Get("nonce")
		return state
	}
	i.claims = map[string]any{"preferred_username": "li", "name": "李工", "groups": []string{"PLAN", "other"}}
	state := begin()
	out, next, err := w.EndOIDC(t.Context(), state, state, "good", home)
	if err != nil || out.Session == "" || next != "/p/x" || out.Who.Login != "li" || len(out.Who.Roles) != 1 || out.Who.Roles[0] != Planner {
		t.Fatalf("%+v %+v %v", out, out.Who, err)
	}
	if w.Local(out.Who) || w.ChangePassword(t.Context(), out.Who, good, good, "") == nil {
		t.Error("the password of another's account can be changed")
	}
	if _, err := w.SignIn(t.Context(), "li", "", home); err == nil {
		t.Error("an account without a password signs in with none")
	}
	if _, _, err := w.EndOIDC(t.Context(), state, state, "good", home); !fault.Is(err, fault.SignIn) {
		t.Errorf("the same state twice: %v", err)
	}
	for name, tt := range map[string]struct {
		change func()
		kept   string
		code   string
		want   fault.Code
	}{
		"another browser":    {nil, "other", "good", fault.SignIn},
		"no code":            {nil, "", "", fault.SignIn},
		"a wrong code":       {nil, "", "bad", fault.Unavailable},
		"no proof":           {func() { i.challenge = "x" }, "", "good", fault.Unavailable},
		"another nonce":      {func() { i.nonce = "x" }, "", "good", fault.SignIn},
		"for another client": {func() { i.aud = "other" }, "", "good", fault.SignIn},
		"long ago":           {func() { i.claims["exp"] = w.now().Add(-time.Hour).Unix() }, "", "good", fault.SignIn},
		"no role":            {func() { i.claims["groups"] = "nothing" }, "", "good", fault.Forbidden},
		"a local name":       {func() { i.claims["preferred_username"], i.claims["sub"] = "Wang", "43" }, "", "good", fault.Conflict},
	} {
		i.aud, i.claims = "talentcast", map[string]any{"preferred_username": "li", "groups": []string{"plan"}}
		state := begin()
		kept := state
		if tt.kept != "" {
			kept = tt.kept
		}
		if tt.change != nil {
			tt.change()
		}
		if _, _, err := w.EndOIDC(t.Context(), state, kept, tt.code, home); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	// Roles are what the provider says each time.
	i.aud, i.claims = "talentcast", map[string]any{"preferred_username": "li", "groups": "boss"}
	state = begin()
	if out, _, err = w.EndOIDC(t.Context(), state, state, "good", home); err != nil || len(out.Who.Roles) != 1 || out.Who.Roles[0] != Leader {
		t.Errorf("%+v, %v", out.Who, err)
	}
	state = begin()
	w.later(11 * time.Minute)
	if _, _, err := w.EndOIDC(t.Context(), state, state, "good", home); !fault.Is(err, fault.SignIn) {
		t.Errorf("after eleven minutes: %v", err)
	}
}

// directory is an LDAP server for tests with one person.
type directory struct {
	filters chan string
}

const liDN = "uid=li,ou=people,dc=liwan"

func (d *directory) serve(t *testing.T, conf *tls.Config) string {
	t.Helper()
	s, err := gldap.NewServer(gldap.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	mux, err := gldap.NewMux()
	if err != nil {
		t.Fatal(err)
	}
	bind := func(w *gldap.ResponseWriter, r *gldap.Request) {
		res := r.NewBindResponse(gldap.WithResponseCode(gldap.ResultInvalidCredentials))
		defer func() { _ = w.Write(res) }()
		m, err := r.GetSimpleBindMessage()
		if err == nil && (m.UserName == "cn=reader" && m.Password == "reads" || m.UserName == liDN && m.Password == good) {
			res.SetResultCode(gldap.ResultSuccess)
		}
	}
	search := func(w *gldap.ResponseWriter, r *gldap.Request) {
		res := r.NewSearchDoneResponse()
		defer func() { _ = w.Write(res) }()
		m, err := r.GetSearchMessage()
		if err != nil {
			return
		}
		d.filters <- m.Filter
		if strings.EqualFold(strings.ReplaceAll(m.Filter, " ", ""), "(uid=li)") || strings.Contains(m.Filter, "=*") { // spaces and case don't count to a directory
			_ = w.Write(r.NewSearchResponseEntry(liDN, gldap.WithAttributes(map[string][]string{
				"cn": {"李工"}, "memberOf": {"cn=Office,dc=liwan"}, "departmentNumber": {"rsj"},
			})))
		}
		res.SetResultCode(gldap.ResultSuccess)
	}
	if err := mux.Bind(bind); err != nil {
		t.Fatal(err)
	}
	if err := mux.Search(search); err != nil {
		t.Fatal(err)
	}
	if err := s.Router(mux); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // gldap takes an address, not a listener
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(at, gldap.WithTLSConfig(conf)) }()
	t.Cleanup(func() { _ = s.Stop() })
	for range 100 {
		if s.Ready() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return at
}

// certificate is one for this machine, and the roots that vouch for it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestLDAP(t *testing.T) {
	pair, pool := certificate(t)
	d := &directory{filters: make(chan string, 100)}
	at := d.serve(t, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	conf := &LDAP{
		URL: "ldaps://" + at, TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, BindDN: "cn=reader", BindPW: "reads", Base: "dc=liwan",
		Roles: map[Role][]string{Department: {"cn=office,dc=liwan"}},
	}
	w := newWorld(t, func(c *Config) { c.LDAP = conf })
	w.user(t, "wang", Administrator)
	try := func(login, password string) (Outcome, error) {
		return w.SignIn(context.Background(), login, password, home)
	}
	out, err := try("li", good)
	if err != nil || out.Session == "" || out.Who.Department != "rsj" || out.Who.Name != "李工" || !out.Who.May(Rows) {
		t.Fatalf("%+v %v", out.Who, err)
	}
	<-d.filters
	for _, x := range [][2]string{{"li", "wrong"}, {"li", ""}, {"nobody", good}, {"*", good}, {"li)(uid=*", good}} {
		if _, err := try(x[0], x[1]); !fault.Is(err, fault.SignIn) {
			t.Errorf("%v: %v", x, err)
		}
	}
	for len(d.filters) > 0 {
		if f := <-d.filters; strings.Contains(f, "*") && !strings.Contains(f, `\2a`) {
			t.Errorf("the filter %s has what was typed as it was", f)
		}
	}
	if _, err := try("wang", good); err != nil {
		t.Errorf("a local account beside the directory: %v", err)
	}
	// The directory's password turns codes on, and an administrator turns them off.
	w.later(16 * time.Minute)
	if err := w.Again(t.Context(), out.Who, out.Session, "wrong"); !fault.Is(err, fault.SignIn) {
		t.Errorf("the password of the directory, wrong: %v", err)
	}
	if err := w.Again(t.Context(), out.Who, out.Session, good); err != nil {
		t.Errorf("the password of the directory: %v", err)
	}
	if _, err := w.Reset(t.Context(), nil, "li"); !fault.Is(err, fault.Invalid) {
		t.Errorf("the directory's password is reset: %v", err)
	}
	x, err := w.BeginCode(out.Who, out.Session)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := totp.GenerateCode(x.Secret, w.now())
	if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code); err != nil {
		t.Error(err)
	}
	if out, err := try("li", good); err != nil || out.Session != "" || out.Pending == "" {
		t.Errorf("no code is asked for: %v", err)
	}
	if made, err := w.Reset(t.Context(), nil, "li"); err != nil || made != "" {
		t.Errorf("codes of somebody of the directory: %q, %v", made, err)
	}
	if out, err := try("li", good); err != nil || out.Session == "" {
		t.Errorf("a code is asked for still: %v", err)
	}
	// Other spellings of one name are tries of one entry.
	guesses := 0
	for i := range 3 * freeTries {
		name := "l" + strings.Repeat(" ", i) + "i"
		if _, err := w.SignIn(context.Background(), name, "wrong", Visitor{Address: "192.0.2.77"}); fault.Is(err, fault.SignIn) {
			guesses++
		}
	}
	if guesses > freeTries {
		t.Errorf("%d guesses by spelling a name otherwise", guesses)
	}
	if _, err := try("li", good); !fault.Is(err, fault.TooMany) {
		t.Errorf("the entry is not locked: %v", err)
	}
	w.later(2 * time.Hour)
	conf.TLS = &tls.Config{MinVersion: tls.VersionTLS12} // whose roots do not know it
	if _, err := try("li", good); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a directory that nobody vouches for: %v", err)
	}
	for _, tt := range []struct {
		l  LDAP
		ok bool
	}{
		{LDAP{URL: "ldaps://d", Base: "x"}, true},
		{LDAP{URL: "ldap://d", Base: "x", StartTLS: true}, true},
		{LDAP{URL: "ldap://127.0.0.1:389", Base: "x"}, true},
		{LDAP{URL: "ldap://d", Base: "x"}, false},
		{LDAP{URL: "http://d", Base: "x"}, false},
		{LDAP{URL: "ldaps://d"}, false},
		{LDAP{URL: "ldaps://d", Base: "x", Filter: "(uid=li)"}, false},
	} {
		if err := tt.l.Check(); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.l, err)
		}
	}
}
