package review

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// trusts tells whether an address is a proxy's whose word is taken.
func (a *app) trusts(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range a.Proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// visitor tells the address of who asks: what the last proxy that is not trusted says, read
// from our end of X-Forwarded-For, which its sender cannot write.
func (a *app) visitor() echo.IPExtractor {
	if len(a.Proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range a.Proxies {
		_, network, err := net.ParseCIDR(p.String())
		if err == nil { // a prefix prints as one
			options = append(options, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// forwardedProto is the scheme a trusted proxy says the visitor used; empty when none says.
func (a *app) forwardedProto(req *http.Request) string {
	if !a.trusts(req.RemoteAddr) {
		return ""
	}
	proto, _, _ := strings.Cut(req.Header.Get("X-Forwarded-Proto"), ",")
	return strings.ToLower(strings.TrimSpace(proto))
}

// cameSafely tells whether a request is known to have travelled encrypted.
func (a *app) cameSafely(req *http.Request) bool {
	return req.TLS != nil || a.forwardedProto(req) == "https"
}

// onlySafely sends visitors who came around the proxy, or through it unencrypted, to the
// address people type: cookies are bound to https there, and a password must not be typed
// anywhere else. What a proxy says nothing about is believed to be its own.
func (a *app) onlySafely(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		plain := a.secure && !a.TLS && len(a.Proxies) > 0 && req.TLS == nil &&
			(!a.trusts(req.RemoteAddr) || a.forwardedProto(req) == "http")
		if !plain || req.URL.Path == "/healthz" || req.URL.Path == "/readyz" {
			return next(c)
		}
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			return c.String(http.StatusMisdirectedRequest, "https only\n")
		}
		return c.Redirect(http.StatusPermanentRedirect, strings.TrimSuffix(a.PublicURL, "/")+req.URL.RequestURI())
	}
}
