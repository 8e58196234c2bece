package store

// ApplicationCount is how many applications of a vacancy stand in a stage, and what is to
// be checked in them. The database keeps it, in the transactions that change it. A stage
// may have several rows, of several parts, whose sums count: see the migration.
type ApplicationCount struct {
	VacancyID int64  `gorm:"primaryKey;autoIncrement:false"`
	Stage     string `gorm:"primaryKey"`
	Part      int64  `gorm:"primaryKey;autoIncrement:false"`
	// Applications are all of them, Doubtful those with a criterion to check.
	Applications, Doubtful int64 `gorm:"not null"`
	// Unclear are the criteria to check, RequiredUnclear those of them that are required.
	Unclear, RequiredUnclear int64 `gorm:"not null"`
}

// sumOf is the expression for the sum of a column of application_counts: PostgreSQL's own
// is no integer any more.
func sumOf(column string) string { return "CAST(coalesce(sum(" + column + "), 0) AS bigint)" }
