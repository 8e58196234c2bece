package store

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tidy makes every string inside v (a pointer) fit for a column of text: valid UTF-8
// without NUL, which PostgreSQL refuses, and no longer than limit bytes. Strangers' mail
// holds all three. Byte slices are left alone.
func tidy(v any, limit int) { tidyValue(reflect.ValueOf(v).Elem(), limit) }

// maxText bounds what strangers may put in a column, in bytes.
const maxText = 4000

func tidyValue(v reflect.Value, limit int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(tidyString(v.String(), limit))
	case reflect.Pointer:
		if !v.IsNil() {
			tidyValue(v.Elem(), limit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				tidyValue(v.Field(i), limit)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			tidyValue(v.Index(i), limit)
		}
	}
}

func tidyString(s string, limit int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// unhidden takes out of a line what nobody sees: marks of direction, which turn the words
// around them, joiners of no width, and control characters.
func unhidden(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 0x200B && c <= 0x200F, c >= 0x202A && c <= 0x202E, c >= 0x2060 && c <= 0x2069, c == 0xFEFF:
			return -1
		case c == '\t', c == '\n', c == '\r':
			return ' '
		case unicode.IsControl(c):
			return -1
		}
		return c
	}, s)
}
