package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"sync"

	"gorm.io/gorm/schema"
)

// init teaches gorm the two column forms of our own. gorm has no other place for them.
func init() {
	schema.RegisterSerializer("gzip", gzipColumn{})
	schema.RegisterSerializer("text", textColumn{})
}

// maxUnpacked bounds what a packed column may unpack to, in bytes.
const maxUnpacked = 256 << 20

// packers are reused: a new one takes most of a megabyte.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// gzipColumn keeps a value as compressed JSON: pages with word boxes shrink tenfold.
type gzipColumn struct{}

// Scan unpacks a column into a field.
func (gzipColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, v any) error {
	value := reflect.New(field.FieldType)
	if packed, ok := v.([]byte); ok && len(packed) > 0 {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return fmt.Errorf("%s: %w", field.DBName, err)
		}
		plain, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
		if err != nil {
			return fmt.Errorf("%s: %w", field.DBName, err)
		}
		if len(plain) > maxUnpacked {
			return fmt.Errorf("%s: unpacks to more than %d bytes", field.DBName, maxUnpacked)
		}
		if err := json.Unmarshal(plain, value.Interface()); err != nil {
			return fmt.Errorf("%s: %w", field.DBName, err)
		}
	} else if v != nil && !ok {
		return fmt.Errorf("%s: cannot unpack %T", field.DBName, v)
	}
	field.ReflectValueOf(ctx, dst).Set(value.Elem())
	return nil
}

// Value packs a field for its column.
func (gzipColumn) Value(_ context.Context, _ *schema.Field, _ reflect.Value, v any) (any, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if string(plain) == "null" {
		return nil, nil
	}
	var packed bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&packed)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// textColumn keeps a value in the form its MarshalText writes.
type textColumn struct{}

// Scan reads a column into a field.
func (textColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, v any) error {
	value := reflect.New(field.FieldType)
	var s []byte
	switch v := v.(type) {
	case string:
		s = []byte(v)
	case []byte:
		s = v
	default:
		return fmt.Errorf("%s: cannot read %T", field.DBName, v)
	}
	if err := value.Interface().(encoding.TextUnmarshaler).UnmarshalText(s); err != nil {
		return fmt.Errorf("%s: %w", field.DBName, err)
	}
	field.ReflectValueOf(ctx, dst).Set(value.Elem())
	return nil
}

// Value writes a field for its column.
func (textColumn) Value(_ context.Context, _ *schema.Field, _ reflect.Value, v any) (any, error) {
	s, err := v.(encoding.TextMarshaler).MarshalText()
	return string(s), err
}
