package review

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// contentPolicy is the policy of every page. Nothing is loaded from anywhere else, no
// script or style stands in the page itself; wasm is for pdf.js's picture decoders.
const contentPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self' data:; connect-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// filePolicy is the policy of what applicants sent: nothing in it may run or load.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'self'"

// securityHeaders sets the headers of every answer. A handler that serves an applicant's
// file replaces the policy with filePolicy.
func (a *app) securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if a.secure {
			// For this host alone: its neighbours are not ours to speak for.
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !isAsset(c) {
			h.Set("Cache-Control", "private, no-store")
		}
		return next(c)
	}
}

func isAsset(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/static/") }

// isDocument tells whether an applicant's file is asked for: those are served by ranges
// and are compressed already.
func isDocument(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasPrefix(path, "/documents/") || strings.HasSuffix(path, "/raw") || strings.HasSuffix(path, "/export")
}
