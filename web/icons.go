package web

import (
	"fmt"
	"html/template"
)

// icons are the symbols of templates/partials/sprite.html. Nothing else may be asked for,
// which is what makes the markup below safe.
var icons = map[string]bool{
	"met": true, "unclear": true, "not-met": true, "none": true, "brief": true, "inbox": true, "search": true,
	"filter": true, "list": true, "sliders": true, "down": true, "up": true, "download": true, "clip": true,
	"clock": true, "mail": true, "doc": true, "left": true, "right": true, "sun": true, "star": true, "plus": true,
	"users": true, "warn": true, "lock": true, "scale": true, "play": true, "redo": true, "undo": true, "dots": true,
	"ask": true, "info": true, "menu": true, "pen": true, "paste": true, "arrow": true, "exit": true, "dot": true,
}

// icon draws one symbol of the sprite. It is decoration: words stand beside it.
//
// This is the only place where markup is made outside a template.
func icon(name string) (template.HTML, error) {
	if !icons[name] {
		return "", fmt.Errorf("no icon %q", name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="#i-` + name + `"/></svg>`), nil
}
