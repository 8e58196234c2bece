package account

import (
	"fmt"
	"slices"
)

// Role is what a person is here for. The zero value is no role and may do nothing.
type Role string

// The roles.
const (
	// Reader looks at vacancies, applications and findings.
	Reader Role = "reader"
	// Reviewer also judges and decides: overrides, notes, stages, document types.
	Reviewer Role = "reviewer"
	// Recruiter also runs a vacancy: its checklist, and the mail that found no vacancy.
	Recruiter Role = "recruiter"
	// HR also answers for what is sensitive: legal bases, erasure, exports of a person's data.
	HR Role = "hr"
	// Operator keeps the machine running: no application, but the raw message behind a
	// failure, to find out what is wrong with it.
	Operator Role = "operator"
	// Privacy is the privacy officer: people's rights over their data, how long it is kept,
	// and the trail. It judges nobody.
	Privacy Role = "privacy"
	// Auditor looks at everything, the audit trail included, and changes nothing.
	Auditor Role = "auditor"
	// Admin may do everything, accounts included.
	Admin Role = "admin"
)

// Roles lists every role, in the order pages offer them.
var Roles = []Role{Reader, Reviewer, Recruiter, HR, Operator, Privacy, Auditor, Admin}

// Permission is one thing an account may be allowed to do.
type Permission string

// The permissions.
const (
	// ViewApplications covers vacancies, applications, documents and their history.
	ViewApplications Permission = "view_applications"
	// Judge covers overrides, notes, document types and assigning a reviewer.
	Judge Permission = "judge"
	// Decide moves applications from stage to stage.
	Decide Permission = "decide"
	// EditVacancies covers drafts, checklists, publishing and closing.
	EditVacancies Permission = "edit_vacancies"
	// SortMessages routes by hand what found no vacancy.
	SortMessages Permission = "sort_messages"
	// AllowSensitive types the legal basis of a sensitive criterion.
	AllowSensitive Permission = "allow_sensitive"
	// HandlePersonalData covers erasure and the export of one person's data.
	HandlePersonalData Permission = "handle_personal_data"
	// ViewIntake shows mailboxes, the ledger and what is parked, without any content.
	ViewIntake Permission = "view_intake"
	// OpenRaw downloads a message as it was received.
	OpenRaw Permission = "open_raw"
	// RunIntake retries parked work and tests mailboxes.
	RunIntake Permission = "run_intake"
	// WriteApplicants covers mail to applicants: asking, inviting, refusing, and the outbox.
	WriteApplicants Permission = "write_applicants"
	// EditTemplates covers the texts of that mail, and what vacancies answer by themselves.
	EditTemplates Permission = "edit_templates"
	// ManageMailboxes enters mail accounts with their secrets, and names the servers that
	// are connected to.
	ManageMailboxes Permission = "manage_mailboxes"
	// ViewTrail shows the audit trail of all vacancies, and exports it.
	ViewTrail Permission = "view_trail"
	// ManageAccounts covers users, roles and grants.
	ManageAccounts Permission = "manage_accounts"
)

// Permissions lists every permission.
var Permissions = []Permission{ViewApplications, Judge, Decide, EditVacancies, SortMessages,
	AllowSensitive, HandlePersonalData, ViewIntake, OpenRaw, RunIntake, WriteApplicants, EditTemplates, ManageMailboxes, ViewTrail, ManageAccounts}

var allowed = map[Role][]Permission{
	Reader:    {ViewApplications},
	Reviewer:  {ViewApplications, Judge, Decide},
	Recruiter: {ViewApplications, Judge, Decide, EditVacancies, SortMessages, ViewIntake, OpenRaw, WriteApplicants},
	HR:        {ViewApplications, Judge, Decide, EditVacancies, SortMessages, ViewIntake, OpenRaw, AllowSensitive, HandlePersonalData, WriteApplicants, EditTemplates},
	Operator:  {ViewIntake, OpenRaw, RunIntake, ManageMailboxes},
	Privacy:   {ViewApplications, HandlePersonalData, ViewIntake, ViewTrail},
	Auditor:   {ViewApplications, ViewIntake, ViewTrail},
	Admin:     Permissions,
}

// Valid tells whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// May tells whether the role allows p.
func (r Role) May(p Permission) bool { return slices.Contains(allowed[r], p) }

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	if r := Role(s); r.Valid() {
		return r, nil
	}
	return "", fmt.Errorf("role %q: want one of %v", s, Roles)
}
