package web

import "embed"

// all: keeps partials that belong to one folder, whose names start with an underscore.
//
//go:embed all:templates
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

//go:embed locales
var localeFiles embed.FS
