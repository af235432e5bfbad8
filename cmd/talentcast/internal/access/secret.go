package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// keys are what is derived from the key that lies beside the database, one for
// each use, so that none can stand in for another.
type keys struct{ seal, form, code []byte }

func deriveKeys(key []byte) (k keys, err error) {
	if len(key) < 16 {
		return k, errors.New("access: the key is shorter than 16 bytes")
	}
	for _, x := range []struct {
		to  *[]byte
		use string
	}{{&k.seal, "talentcast accounts: secrets"}, {&k.form, "talentcast accounts: forms"}, {&k.code, "talentcast accounts: recovery codes"}} {
		if *x.to, err = hkdf.Key(sha256.New, key, nil, x.use, 32); err != nil {
			return k, fmt.Errorf("access: derive a key: %w", err)
		}
	}
	return k, nil
}

// secret is n random bytes as text that fits a cookie.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is what is kept of a secret that has 256 random bits: no salt is needed
// and no slow hash.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// seal encrypts text for the account: it opens for no other.
func (k keys) sealFor(account int64, text string) (string, error) {
	g, err := k.gcm()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, g.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return base64.RawStdEncoding.EncodeToString(g.Seal(nonce, nonce, []byte(text), fmt.Append(nil, account))), nil
}

func (k keys) openFor(account int64, sealed string) (string, error) {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("open secret: %w", err)
	}
	g, err := k.gcm()
	if err != nil {
		return "", err
	}
	if len(b) < g.NonceSize() {
		return "", errors.New("open secret: too short")
	}
	text, err := g.Open(nil, b[:g.NonceSize()], b[g.NonceSize():], fmt.Append(nil, account))
	if err != nil {
		return "", fmt.Errorf("open secret: %w", err)
	}
	return string(text), nil
}

func (k keys) gcm() (cipher.AEAD, error) {
	b, err := aes.NewCipher(k.seal)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(b)
}

// mac is a keyed hash of text.
func mac(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// FormToken is what a form of the session must carry: another site can't know it.
func (s *Service) FormToken(session string) string { return mac(s.keys.form, hashed(session)) }

// FormTokenFits reports whether the token is that of the session.
func (s *Service) FormTokenFits(session, token string) bool {
	return hmac.Equal([]byte(s.FormToken(session)), []byte(token))
}
