// Package notice reads the published text of a vacancy and proposes a checklist with its
// evidence: what the vacancy is called, where and until when to apply, what is asked for,
// and how much each line matters. Every line cites its sentence.
//
// The way of a text: lines are joined into paragraphs and items, headings cut it into
// zones (profile, duties, how to apply ...), paragraphs fall into sentences and these into
// clauses; detectors, one for each kind of criterion, read clauses of the zones where their
// kind can be asked for; importance comes from the clause, else the sentence, else the
// heading; items joined by "or" become groups. A sentence of the profile that no detector
// understood becomes a judgement: nothing is dropped.
//
// The package proposes. Nothing it finds counts before a named person has approved it.
// Same text and options, same draft, byte for byte.
package notice
