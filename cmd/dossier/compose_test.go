package main

import (
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"dossier/internal/config"
	"dossier/internal/secret"
)

// atRoot is a file of the project.
func atRoot(path ...string) string {
	return filepath.Join(append([]string{"..", ".."}, path...)...)
}

// composed loads docker-compose.yml as docker compose would, from a copy of the project's
// folder that has its secrets.
func composed(t *testing.T) (*types.Project, string) {
	t.Helper()
	dir := t.TempDir()
	copyOf(t, atRoot("docker-compose.yml"), filepath.Join(dir, "docker-compose.yml"))
	for _, name := range []string{"dossier.yaml", "try.yaml", "secrets"} {
		copyOf(t, atRoot("deploy", "compose", name), filepath.Join(dir, "deploy", "compose", name))
	}
	if out, err := exec.Command("sh", filepath.Join(dir, "deploy", "compose", "secrets")).CombinedOutput(); err != nil {
		t.Fatalf("secrets: %v\n%s", err, out)
	}
	options, err := cli.NewProjectOptions([]string{filepath.Join(dir, "docker-compose.yml")}, cli.WithWorkingDirectory(dir), cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project, dir
}

func copyOf(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// ours tells a service that runs this program.
func ours(s types.ServiceConfig) bool { return s.Build != nil }

func TestComposedServicesHoldNoMoreRightsThanTheyNeed(t *testing.T) {
	p, _ := composed(t)
	if len(p.Services) != 6 {
		t.Errorf("services %v", p.ServiceNames())
	}
	for name, s := range p.Services {
		if user, _, _ := strings.Cut(s.User, ":"); user == "" || user == "0" || user == "root" {
			t.Errorf("%s runs as %q", name, s.User)
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) != 0 || s.Privileged {
			t.Errorf("%s: read only %v, drops %v, adds %v", name, s.ReadOnly, s.CapDrop, s.CapAdd)
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.NetworkMode != "" || s.Pid != "" {
			t.Errorf("%s: %v, network %q", name, s.SecurityOpt, s.NetworkMode)
		}
		if s.HealthCheck == nil || len(s.HealthCheck.Test) < 2 || s.HealthCheck.Disable {
			t.Errorf("%s has no health check", name)
		}
		if s.Restart == "" || s.Logging == nil {
			t.Errorf("%s: restart %q, logging %v", name, s.Restart, s.Logging)
		}
		if _, tag, ok := strings.Cut(s.Image, ":"); !ok || tag == "latest" {
			t.Errorf("%s: the image %s is not of one release", name, s.Image)
		}
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeVolume {
				t.Errorf("%s: %s is mounted from the host", name, v.Source)
			}
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is open to the network", name, port.Published)
			}
		}
		for _, secret := range s.Secrets {
			declared, ok := p.Secrets[secret.Source]
			if !ok {
				t.Errorf("%s wants the secret %s", name, secret.Source)
				continue
			}
			if b, err := os.ReadFile(declared.File); err != nil || len(b) == 0 {
				t.Errorf("%s: the secret %s: %v", name, secret.Source, err)
			}
		}
		for other, needs := range s.DependsOn {
			if needs.Condition != types.ServiceConditionHealthy || p.Services[other].HealthCheck == nil {
				t.Errorf("%s does not wait for %s to be healthy", name, other)
			}
		}
		for key, value := range s.Environment {
			if lower := strings.ToLower(key); value != nil && strings.HasPrefix(*value, "/run/secrets") != strings.HasSuffix(lower, "_file") && strings.Contains(lower, "pass") {
				t.Errorf("%s: a password stands in %s", name, key)
			}
		}
	}
	for _, kept := range []string{"postgres", "object-store"} {
		for network := range p.Services[kept].Networks {
			if !p.Networks[network].Internal {
				t.Errorf("%s is reached from outside by the network %s", kept, network)
			}
		}
	}
}

func TestComposedServicesDoEveryRoleAndKnowEachOther(t *testing.T) {
	p, dir := composed(t)
	roles := map[string]string{}
	for name, s := range p.Services {
		if !ours(s) {
			continue
		}
		root := newRoot(&environment{stdout: io.Discard, stderr: io.Discard})
		cmd, flags, err := root.Find(s.Command)
		if err != nil || cmd.Name() != "serve" {
			t.Fatalf("%s runs %v: %v", name, s.Command, err)
		}
		if err := cmd.ParseFlags(flags); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		role := cmd.Flags().Lookup("roles").Value.String()
		if other, twice := roles[role]; twice {
			t.Errorf("%s and %s are both %s", name, other, role)
		}
		roles[role] = name
		if found, _, err := root.Find(s.HealthCheck.Test[2:]); s.HealthCheck.Test[0] != "CMD" || err != nil || found.Name() != "health" {
			t.Errorf("%s asks for its health with %v: %v", name, s.HealthCheck.Test, err)
		}
		addr := cmd.Flags().Lookup("addr").Value.String()
		for _, port := range s.Ports {
			if _, listens, _ := net.SplitHostPort(addr); listens != "8080" || port.Target != 8080 || !strings.HasPrefix(addr, "0.0.0.0:") {
				t.Errorf("%s listens on %s, and its port is %d", name, addr, port.Target)
			}
		}
		var env []string
		for key, value := range s.Environment {
			env = append(env, key+"="+*value)
		}
		for _, c := range s.Configs {
			if got := s.Environment["DOSSIER_CONFIG"]; got == nil || *got != c.Target {
				t.Errorf("%s: settings are at %s and it looks at %v", name, c.Target, got)
			}
		}
		for _, settings := range []string{p.Configs["settings"].File, filepath.Join(dir, "deploy", "compose", "try.yaml")} {
			knows(t, p, name, settings, env)
		}
		if _, err := os.Stat(atRoot(strings.TrimPrefix(s.Build.Context, dir), s.Build.Dockerfile)); err != nil {
			t.Errorf("%s is built from %s: %v", name, s.Build.Dockerfile, err)
		}
	}
	for _, role := range []string{config.RoleWeb, config.RolePoll, config.RoleWork} {
		if roles[role] == "" {
			t.Errorf("nobody does %s: %v", role, roles)
		}
	}
}

// knows loads the settings of a service as it would, with its secrets where it finds them,
// and looks whether what they name is there.
func knows(t *testing.T, p *types.Project, name, settings string, env []string) {
	t.Helper()
	s := p.Services[name]
	mounted := map[string]bool{}
	for _, secret := range s.Secrets {
		mounted["/run/secrets/"+secret.Source] = true
	}
	b, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, "/run/secrets/") {
			if !mounted[word] {
				t.Errorf("%s: %s names %s, which is not given to it", filepath.Base(settings), name, word)
			}
			text = strings.ReplaceAll(text, word, p.Secrets[strings.TrimPrefix(word, "/run/secrets/")].File)
		}
	}
	local := filepath.Join(t.TempDir(), "dossier.yaml")
	if err := os.WriteFile(local, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env = slices.DeleteFunc(slices.Clone(env), func(kv string) bool { return strings.HasPrefix(kv, "DOSSIER_CONFIG=") })
	cfg, err := config.Load(config.Source{File: local, Env: env})
	if err != nil {
		t.Fatalf("%s: %v", settings, err)
	}
	dsn, err := cfg.DSN()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal("the database's address is none") // it holds a password
	}
	password, _ := u.User.Password()
	want, err := os.ReadFile(p.Secrets["postgres_password"].File)
	if err != nil {
		t.Fatal(err)
	}
	server := p.Services[u.Hostname()]
	if server.Name == "" || password != string(want) || u.User.Username() != *server.Environment["POSTGRES_USER"] || strings.Trim(u.Path, "/") != *server.Environment["POSTGRES_DB"] {
		t.Errorf("%s: the database at %s is not the one that is there", settings, u.Host)
	}
	access, secretKey, err := cfg.Blobs.Login()
	if err != nil || access == "" || secretKey == "" {
		t.Errorf("%s: login of the object store: %v", settings, err)
	}
	store, err := url.Parse(cfg.Blobs.Store)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := url.Parse(store.Query().Get("endpoint"))
	if err != nil || p.Services[endpoint.Hostname()].Name == "" {
		t.Errorf("%s: the object store %s: %v", settings, cfg.Blobs.Store, err)
	}
	storeConfig, err := os.ReadFile(p.Secrets["s3_config"].File)
	if err != nil || !strings.Contains(string(storeConfig), secretKey) || !strings.Contains(strings.Join(p.Services[endpoint.Hostname()].Command, " "), "-s3.port="+endpoint.Port()) {
		t.Errorf("%s: the object store knows another login, or listens elsewhere: %v", settings, err)
	}
	key, err := os.ReadFile(cfg.SecretKeyFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secret.Parse(string(key)); err != nil {
		t.Errorf("%s: %v", settings, err)
	}
	var folders []string
	for _, v := range s.Volumes {
		folders = append(folders, v.Target)
	}
	for _, f := range s.Tmpfs {
		path, _, _ := strings.Cut(f, ":")
		folders = append(folders, path)
	}
	if !slices.Contains(folders, cfg.Data) || !slices.Contains(folders, "/tmp") {
		t.Errorf("%s writes to %s and may write to %v", name, cfg.Data, folders)
	}
	if cfg.Metrics == "" {
		t.Errorf("%s: nobody can ask for its health", settings)
	}
	for _, m := range cfg.Mailboxes {
		if mail := p.Services[m.Host]; mail.Name == "" || !slices.Contains(mail.Profiles, "try") {
			t.Errorf("%s: the mail server %s", settings, m.Host)
		}
	}
	if cfg.SMTP.Host != "" && p.Services[cfg.SMTP.Host].Name == "" {
		t.Errorf("%s: the mail server %s", settings, cfg.SMTP.Host)
	}
}

func TestComposedServicesKeepOneJournalOfErasures(t *testing.T) {
	p, dir := composed(t)
	for _, settings := range []string{"dossier.yaml", "try.yaml"} {
		b, err := os.ReadFile(filepath.Join(dir, "deploy", "compose", settings))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(b), "\nerasures: ")
		journal, _, _ := strings.Cut(rest, "\n")
		if journal == "" {
			t.Fatalf("%s names no journal of erasures", settings)
		}
		volumes := map[string]bool{}
		for name, s := range p.Services {
			if !ours(s) {
				continue
			}
			at := slices.IndexFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == filepath.Dir(journal) })
			if at < 0 {
				t.Errorf("%s: %s writes the journal where nothing is kept: %v", settings, name, s.Volumes)
				continue
			}
			volumes[s.Volumes[at].Source] = true
		}
		if len(volumes) != 1 {
			t.Errorf("%s: the journals are in %v, want one volume", settings, volumes)
		}
		image, err := os.ReadFile(atRoot("Dockerfile"))
		if err != nil || !strings.Contains(string(image), " "+filepath.Dir(journal)+"\n") {
			t.Errorf("the image does not make %s, and its volume would be root's: %v", filepath.Dir(journal), err)
		}
	}
}
