// Package seed makes up as many applications as one likes, for measuring: vacancies with
// their checklists, people with names, CVs and letters, and the findings the engine comes to
// on them. All of it is fictitious. The same seed and number give the same application.
package seed
