package review

// subjectHTML is the readable part of the copy: one page that needs nothing but itself.
const subjectHTML = `<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{t "privacy.copy.title"}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1b19}h2{margin-top:2.5rem;border-bottom:1px solid #ccc}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ddd;padding:.35rem .6rem;text-align:left;vertical-align:top}blockquote{margin:.25rem 0;padding-left:.75rem;border-left:3px solid #bbb}pre{white-space:pre-wrap;font:inherit}.dim{color:#666}</style></head><body>
<h1>{{t "privacy.copy.title"}}</h1>
<p>{{t "privacy.copy.made" "at" (instant .At)}}</p>
<p>{{t "privacy.copy.explain"}}</p>
<ul>{{if .Struck}}<li>{{n "privacy.copy.struck" .Struck}}</li>{{end}}{{if .Others}}<li>{{n "privacy.copy.others" .Others}}</li>{{end}}{{if .Missing}}<li>{{n "privacy.copy.missing" .Missing}}</li>{{end}}</ul>
<h2>{{t "privacy.copy.person"}}</h2>
<table><tr><th>{{t "privacy.field.name"}}</th><td>{{.Name}}</td></tr>{{range .Emails}}<tr><th>{{t "privacy.field.email"}}</th><td>{{.}}</td></tr>{{end}}{{range .Phones}}<tr><th>{{t "privacy.field.phone"}}</th><td>… {{.}}</td></tr>{{end}}</table>
{{if .Corrections}}<h3>{{t "privacy.corrections"}}</h3><table>{{range .Corrections}}<tr><td>{{t (print "privacy.field." .Field)}}</td><td>{{.Original}}</td><td>{{.Value}}</td><td>{{.Reason}}</td><td>{{instant .At}}</td></tr>{{end}}</table>{{end}}
{{if .Consents}}<h3>{{t "privacy.pool"}}</h3><table>{{range .Consents}}<tr><td>{{.GivenOn}}</td><td>{{.ExpiresOn}}</td><td>{{.Source}}</td></tr>{{end}}</table>{{end}}
{{range .Apps}}<h2>{{.Vacancy}}</h2><p>{{.Organisation}} · {{t "privacy.copy.received" "at" (instant .Received)}} · {{.Stage}}</p>
<h3>{{t "privacy.copy.documents"}}</h3><ul>{{range .Documents}}<li>{{if .File}}<a href="{{.File}}">{{.Name}}</a>{{else}}{{.Name}}{{end}}{{if .Text}} · <a href="{{.Text}}">{{t "privacy.copy.text"}}</a>{{end}}</li>{{end}}</ul>
{{if .Findings}}<h3>{{t "privacy.copy.findings"}}</h3><p class="dim">{{t "privacy.copy.rules" "version" .Version "engine" .Engine}}</p><table>{{range .Findings}}<tr><td>{{.Statement}}</td><td>{{.Verdict}}</td><td>{{.Reason}}{{range .Quotes}}<blockquote>{{.}}</blockquote>{{end}}</td></tr>{{end}}</table>{{end}}
{{with .Said}}<h3>{{t "privacy.copy.said"}}</h3><table>{{range .}}<tr><td>{{instant .At}}</td><td>{{.Who}}</td><td>{{.What}}</td></tr>{{end}}</table>{{end}}
{{with .Notes}}<h3>{{t "privacy.copy.notes"}}</h3><table>{{range .}}<tr><td>{{instant .At}}</td><td>{{.Who}}</td><td>{{.What}}</td></tr>{{end}}</table>{{end}}
{{with .Decisions}}<h3>{{t "privacy.copy.decisions"}}</h3><table>{{range .}}<tr><td>{{instant .At}}</td><td>{{.Who}}</td><td>{{.What}}</td></tr>{{end}}</table>{{end}}
{{with .Outgoing}}<h3>{{t "privacy.copy.outgoing"}}</h3>{{range .}}<h4>{{.Subject}}</h4><p class="dim">{{instant .CreatedAt}} · {{t (print "outbox.state." .State)}}</p><pre>{{.Body}}</pre>{{end}}{{end}}{{end}}
{{if .Mails}}<h2>{{t "privacy.copy.mails"}}</h2><ul>{{range .Mails}}<li>{{with .At}}{{instant .}} · {{end}}{{if .Own}}{{if .File}}<a href="{{.File}}">{{.Subject}}</a>{{else}}{{.Subject}}{{end}}{{else}}<span class="dim">{{t "privacy.copy.withheld"}}</span>{{end}}</li>{{end}}</ul>{{end}}
{{if .Trail}}<h2>{{t "privacy.copy.trail"}}</h2><table>{{range .Trail}}<tr><td>{{instant .At}}</td><td>{{.Who}}</td><td>{{.What}}</td></tr>{{end}}</table>{{end}}
</body></html>
`
