package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
	"github.com/knadh/koanf/v2"
)

// Prefix begins every environment variable that is a setting.
const Prefix = "DOSSIER_"

// Source is where settings come from.
type Source struct {
	// File is the configuration file; empty means DOSSIER_CONFIG, or none.
	File string
	// Env is the environment as os.Environ gives it.
	Env []string
	// Flags are the flags that were given, by setting ("addr", "log.level").
	Flags map[string]string
}

// Load gathers the settings and checks them. Every problem found is in the error, one a
// line, with the file's line where there is one.
func Load(src Source) (Config, error) {
	defaults, err := toMap(Default())
	if err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	k := koanf.New(".")
	if err := k.Load(values(defaults), nil); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	known := k.Keys()

	env, others := map[string]string{}, map[string]string{}
	for _, kv := range src.Env {
		name, value, ok := strings.Cut(kv, "=")
		if ok && strings.HasPrefix(name, Prefix) {
			env[name] = value
		} else if ok {
			others[name] = value
		}
	}
	path := src.File
	if path == "" {
		path = env[Prefix+"CONFIG"]
	}
	if path != "" {
		m, err := readFile(path)
		if err != nil {
			return Config{}, err
		}
		if err := k.Load(values(m), nil); err != nil {
			return Config{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := loadEnv(k, env, known); err != nil {
		return Config{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(src.Flags)) {
		if !slices.Contains(known, name) {
			return Config{}, fmt.Errorf("settings: no setting %q", name)
		}
		if err := k.Set(name, src.Flags[name]); err != nil {
			return Config{}, fmt.Errorf("settings: %s: %w", name, err)
		}
	}

	var c Config
	if err := decode(k, &c); err != nil {
		return Config{}, err
	}
	if path != "" {
		c.beside = filepath.Dir(path)
		c.findData()
	}
	if c.Blobs != (Blobs{}) {
		c.Blobs.beside = c.beside
	}
	if c.Encryption != (Encryption{}) {
		c.Encryption.beside = c.beside
	}
	c.SMTP = smtpDefaults(c.SMTP, c.beside)
	c.signInDefaults()
	for i, m := range c.Mailboxes {
		m.beside, m.fromEnv = c.beside, m.variables(others)
		c.Mailboxes[i] = mailboxDefaults(m)
	}
	if err := c.check(); err != nil {
		// What was given elsewhere than in the file has no line there.
		elsewhere := func(field string) bool {
			field, _, _ = strings.Cut(field, "[")
			_, byFlag := src.Flags[field]
			return byFlag || env[Prefix+strings.ToUpper(strings.ReplaceAll(field, ".", "_"))] != ""
		}
		return Config{}, inFile(path, err, elsewhere)
	}
	return c, nil
}

// findData settles where relative paths of the data lead: to the working directory, unless
// the data is not there and is beside the configuration file. Both paths lead to one place,
// so that no database ever goes with another's documents.
func (c *Config) findData() {
	file, isFile := strings.CutPrefix(c.Database, "sqlite:")
	probe := file
	switch {
	case c.Database == "" && c.DatabaseFile == "":
		probe = filepath.Join(c.Data, "dossier.db")
	case !isFile:
		probe = c.Data
	}
	if probe == "" || filepath.IsAbs(probe) || exists(probe) || !exists(filepath.Join(c.beside, probe)) {
		return
	}
	if isFile {
		c.Database = "sqlite:" + filepath.Join(c.beside, file)
	}
	if c.Data != "" && !filepath.IsAbs(c.Data) {
		c.Data = filepath.Join(c.beside, c.Data)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// inFile puts the file's line before each problem of a setting that stands there.
func inFile(path string, err error, elsewhere func(field string) bool) error {
	var all interface{ Unwrap() []error }
	if path == "" || !errors.As(err, &all) {
		return err
	}
	b, readErr := os.ReadFile(path)
	if readErr != nil {
		return err
	}
	file, parseErr := parser.ParseBytes(b, 0)
	if parseErr != nil {
		return err
	}
	var out []error
	for _, one := range all.Unwrap() {
		field, _, ok := strings.Cut(one.Error(), ": ")
		if ok && !elsewhere(field) {
			if p, err := yaml.PathString("$." + field); err == nil {
				if node, err := p.FilterFile(file); err == nil && node != nil && node.GetToken() != nil {
					at := node.GetToken().Position
					one = fmt.Errorf("%s:%d:%d: %w", path, at.Line, at.Column, one)
				}
			}
		}
		out = append(out, one)
	}
	return errors.Join(out...)
}

func decode(k *koanf.Koanf, c *Config) error {
	err := k.UnmarshalWithConf("", c, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result:           c,
		TagName:          "koanf",
		WeaklyTypedInput: true,
		ErrorUnused:      true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(
			mapstructure.StringToTimeDurationHookFunc(),
			mapstructure.StringToSliceHookFunc(","),
		),
	}})
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	for i, r := range c.Roles {
		c.Roles[i] = strings.TrimSpace(r)
	}
	return nil
}

// values is a koanf provider over a map.
type values map[string]any

func (v values) Read() (map[string]any, error) { return v, nil }

// ReadBytes is there for the interface; koanf calls it only when a parser is given.
func (v values) ReadBytes() ([]byte, error) { return nil, errors.New("settings have no bytes") }

func toMap(c Config) (map[string]any, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	return m, yaml.Unmarshal(b, &m)
}

// maxFileBytes is far above any real configuration file.
const maxFileBytes = 1 << 20

// readFile reads the file twice: into Config, which refuses unknown keys and wrong types
// with their line, and into a map, which knows which keys are there at all.
func readFile(path string) (map[string]any, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("configuration: %s: larger than 1 MB", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	var strict Config
	if err := yaml.UnmarshalWithOptions(b, &strict, yaml.Strict()); err != nil && !isEmpty(b) {
		return nil, located(path, err)
	}
	var m map[string]any
	if err := yaml.Unmarshal(b, &m); err != nil {
		return nil, located(path, err)
	}
	// A key with nothing behind it says nothing.
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
	return m, nil
}

func isEmpty(b []byte) bool {
	var v any
	return yaml.Unmarshal(b, &v) == nil && v == nil
}

func located(path string, err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		p, says := e.GetToken().Position, e.GetMessage()
		if strings.Contains(says, "of type time.Duration") {
			says = fmt.Sprintf("want a time with its unit, like 5m or 30s, got %s", e.GetToken().Value)
		}
		return fmt.Errorf("%s:%d:%d: %s", path, p.Line, p.Column, says)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func loadEnv(k *koanf.Koanf, env map[string]string, known []string) error {
	settings := map[string]string{}
	for _, key := range known {
		settings[Prefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(env)) {
		key, ok := settings[name]
		if !ok {
			if !reserved(name) {
				problems = append(problems, fmt.Errorf("%s: no such setting", name))
			}
			continue
		}
		var value any = env[name]
		if strict, ok := lists[key]; ok {
			// The value may hold a password: the error says where, not what.
			if strict([]byte(env[name])) != nil || yaml.Unmarshal([]byte(env[name]), &value) != nil {
				problems = append(problems, fmt.Errorf("%s: want a YAML list as in the file", name))
				continue
			}
		}
		if err := k.Set(key, value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

// reserved tells variables that are not settings: ours for other ends, and those that
// Kubernetes sets in every container beside a service named dossier.
func reserved(name string) bool {
	switch name {
	case Prefix + "CONFIG", Prefix + "PORT":
		return true
	}
	for _, p := range []string{"TEST_", "PORT_", "SERVICE_"} {
		if strings.HasPrefix(name, Prefix+p) {
			return true
		}
	}
	return false
}
