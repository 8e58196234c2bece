// Package synthetic draws dossiers for measuring the screening engine, and marks the engine
// on them.
//
// Facts are drawn first: periods of work, degrees, languages, referees. They are then
// written down as a CV, a letter and a mail through phrase banks and layouts, in French or
// in English, with the noise of real dossiers around them. The verdicts that are due follow
// from the facts and the reading rules of the vacancy file alone; nothing of the engine's
// judging is used for them.
//
// Phrase banks are split. "tune" may be looked at while rules are written; the figures that
// are reported come from "held", whose wordings nobody writing rules should copy.
//
// This is a regression net marked by its own author. It shows what the rules do on text its
// author thought of, and proves nothing about CVs of strangers. People and organisations
// are invented.
package synthetic
