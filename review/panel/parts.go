package panel

import "strconv"

// cover is the first page, and the list of the criteria.
func (s *sheet) cover() {
	s.page("P")
	full := s.w - 2*margin
	s.pdf.SetY(34)
	s.font("", 11, soft)
	s.write(margin, full, 5.5, s.head.Title)
	s.pdf.SetY(s.pdf.GetY() + 3)
	s.font("B", 21, ink)
	s.write(margin, full, 9.5, s.head.Vacancy)
	s.pdf.SetY(s.pdf.GetY() + 2)
	s.font("", 11, soft)
	s.write(margin, full, 5.5, s.head.Subtitle)
	s.pdf.SetY(s.pdf.GetY() + 6)
	s.rule()
	s.pdf.SetY(s.pdf.GetY() + 5)
	s.fields(s.head.Fields, 52)
	s.pdf.SetY(s.pdf.GetY() + 5)
	s.counts()
	for _, note := range s.head.Notes {
		s.pdf.SetY(s.pdf.GetY() + 2)
		s.font("I", textSize, ink)
		s.write(margin, full, lead, note)
	}
	s.pdf.SetY(s.pdf.GetY() + 7)
	s.title(s.words.Criteria)
	for i, c := range s.head.Criteria {
		s.font("", textSize, ink)
		text := c.Statement
		if c.Tag != "" {
			text += " (" + c.Tag + ")"
		}
		s.need(lead * float64(min(2, len(s.lines(text, full-12)))))
		s.font("B", textSize, soft)
		s.pdf.SetX(margin)
		y := s.pdf.GetY()
		s.pdf.CellFormat(9, lead, strconv.Itoa(i+1), "", 0, "R", false, 0, "")
		s.pdf.SetY(y)
		s.font("", textSize, ink)
		s.write(margin+12, full-12, lead, text)
		s.pdf.SetY(s.pdf.GetY() + 1)
	}
}

func (s *sheet) rule() {
	s.pdf.SetDrawColor(line.r, line.g, line.b)
	s.pdf.SetLineWidth(0.25)
	s.pdf.Line(margin, s.pdf.GetY(), s.w-margin, s.pdf.GetY())
}

// fields writes labels in a column and their values beside them.
func (s *sheet) fields(list []Field, label float64) {
	for _, f := range list {
		s.font("", textSize, ink)
		s.need(lead)
		y := s.pdf.GetY()
		s.font("", textSize, soft)
		s.pdf.SetX(margin)
		s.pdf.CellFormat(label, lead, s.fit(f.Label, label), "", 0, "L", false, 0, "")
		s.pdf.SetY(y)
		s.font("", textSize, ink)
		if value := f.Value; value == "" {
			s.pdf.SetY(y + lead)
		} else {
			s.write(margin+label, s.w-2*margin-label, lead, value)
		}
		s.pdf.SetY(s.pdf.GetY() + 1)
	}
}

// counts are the figures in a row of boxes.
func (s *sheet) counts() {
	const perRow, height = 4, 15.0
	width := (s.w - 2*margin - 3*(perRow-1)) / perRow
	y := s.pdf.GetY()
	for i, c := range s.head.Counts {
		if i > 0 && i%perRow == 0 {
			y += height + 3
		}
		x := margin + float64(i%perRow)*(width+3)
		s.pdf.SetFillColor(shadeBg.r, shadeBg.g, shadeBg.b)
		s.pdf.Rect(x, y, width, height, "F")
		s.font("B", 14, ink)
		s.pdf.SetXY(x+1, y+1.5)
		s.pdf.CellFormat(width-2, 6.5, s.fit(c.Value, width-2), "", 0, "L", false, 0, "")
		s.font("", 8.5, soft)
		s.pdf.SetXY(x+1, y+8.5)
		s.pdf.CellFormat(width-2, 4.5, s.fit(c.Label, width-2), "", 0, "L", false, 0, "")
	}
	if len(s.head.Counts) > 0 {
		s.pdf.SetY(y + height + 2)
	}
}

// grid is every application against every criterion, on pages laid across.
func (s *sheet) grid(rows []Row) {
	s.page("L")
	s.title(s.words.Grid)
	const number, received, count, height = 9.0, 26.0, 15.0, 6.6
	stage := 30.0
	criteria := float64(max(1, len(s.head.Criteria)))
	full := s.w - 2*margin
	// Names keep 45 mm; what is left is shared by the criteria, between 4 and 9 mm each.
	column := max(4, min(9, (full-number-received-count-stage-45)/criteria))
	name := full - number - received - count - stage - column*criteria
	if name < 25 {
		name, stage = 25, 20
		column = (full - number - received - count - stage - name) / criteria
	}
	heads := func() {
		s.font("B", 8.5, soft)
		y := s.pdf.GetY()
		x := margin
		cell := func(width float64, text, align string) {
			s.pdf.SetXY(x, y)
			s.pdf.CellFormat(width, height, s.fit(text, width+2), "", 0, align, false, 0, "")
			x += width
		}
		cell(number, s.words.Number, "L")
		cell(name, s.words.Name, "L")
		cell(received, s.words.Received, "L")
		for i := range s.head.Criteria {
			cell(column, strconv.Itoa(i+1), "C")
		}
		cell(count, s.words.Count, "R")
		x += 2
		cell(stage-2, s.words.Stage, "L")
		s.pdf.SetY(y + height)
		s.rule()
	}
	heads()
	for i, r := range rows {
		if s.need(height + 1) {
			heads()
		}
		y, x := s.pdf.GetY(), margin
		if i%2 == 1 {
			s.pdf.SetFillColor(shadeBg.r, shadeBg.g, shadeBg.b)
			s.pdf.Rect(margin, y, full, height, "F")
		}
		cell := func(style string, c colour, width float64, text, align string) {
			s.font(style, 8.8, c)
			s.pdf.SetXY(x, y)
			s.pdf.CellFormat(width, height, s.fit(text, width), "", 0, align, false, 0, "")
			x += width
		}
		cell("", soft, number, strconv.Itoa(i+1), "L")
		cell("B", ink, name, r.Name, "L")
		cell("", soft, received, r.Received, "L")
		size := min(4.0, column-1)
		for k, v := range r.Verdicts {
			s.sign(x+(column-size)/2, y+(height-size)/2, size, v, k < len(r.Changed) && r.Changed[k])
			x += column
		}
		cell("", ink, count, r.Count, "R")
		x += 2
		cell("", ink, stage-2, r.Stage, "L")
		s.pdf.SetY(y + height)
	}
	s.need(10)
	s.pdf.SetY(s.pdf.GetY() + 3)
	s.legend()
}

func (s *sheet) legend() {
	y, x := s.pdf.GetY(), margin
	for _, l := range []struct {
		verdict Verdict
		changed bool
		text    string
	}{{Met, false, s.words.Met}, {Unclear, false, s.words.Unclear}, {NotMet, false, s.words.NotMet}, {None, false, s.words.None}, {Met, true, s.words.Changed}} {
		s.sign(x, y+0.5, 3.4, l.verdict, l.changed)
		s.font("", 8.5, soft)
		s.pdf.SetXY(x+4.5, y)
		width := s.pdf.GetStringWidth(clean(l.text)) + 8
		s.pdf.CellFormat(width, 4.5, clean(l.text), "", 0, "L", false, 0, "")
		x += width + 5
	}
	s.pdf.SetY(y + 5)
}

// person is one application: what was decided, and what was found.
func (s *sheet) person(n int, p Person) {
	full := s.w - 2*margin
	if n == 1 {
		s.page("P")
		s.title(s.words.Applications)
	} else {
		s.need(42)
		if s.pdf.GetY() > margin+1 {
			s.pdf.SetY(s.pdf.GetY() + 5)
			s.rule()
			s.pdf.SetY(s.pdf.GetY() + 4)
		}
	}
	y := s.pdf.GetY()
	s.font("", 9, accent)
	stage := s.fit(p.Stage, 45)
	s.pdf.SetXY(s.w-margin-45, y)
	s.pdf.CellFormat(45, 6, stage, "", 0, "R", false, 0, "")
	s.pdf.SetY(y)
	s.font("B", 12.5, ink)
	s.write(margin, full-48, 6, strconv.Itoa(n)+". "+p.Name)
	s.pdf.SetY(s.pdf.GetY() + 1)
	s.fields(p.Fields, 34)
	s.heading(s.words.Decisions)
	if len(p.Acts) == 0 {
		s.font("I", textSize, soft)
		s.write(margin, full, lead, s.words.NothingDecided)
	}
	for _, a := range p.Acts {
		s.font("", textSize, ink)
		s.write(margin, full, lead, a.What)
		if a.Why != "" {
			s.font("I", textSize, soft)
			s.write(margin+4, full-4, lead, a.Why)
		}
		s.pdf.SetY(s.pdf.GetY() + 0.8)
	}
	s.heading(s.words.Findings)
	if len(p.Findings) == 0 {
		s.font("I", textSize, soft)
		s.write(margin, full, lead, s.words.NothingFound)
	}
	for _, f := range p.Findings {
		s.finding(f)
	}
}

func (s *sheet) heading(text string) {
	s.need(lead * 7)
	s.pdf.SetY(s.pdf.GetY() + 2)
	s.font("B", 9, soft)
	s.write(margin, s.w-2*margin, 5, text)
}

func (s *sheet) finding(f Finding) {
	full := s.w - 2*margin
	s.font("B", textSize, ink)
	s.need(lead * float64(1+min(2, len(s.lines(f.Statement, full-8)))))
	y := s.pdf.GetY()
	s.sign(margin+1, y+0.6, 3.4, f.Verdict, f.Changed)
	s.pdf.SetY(y)
	s.font("B", textSize, ink)
	s.write(margin+7, full-7, lead, f.Statement)
	if f.Said != "" {
		s.font("", textSize, ink)
		s.write(margin+7, full-7, lead, f.Said)
	}
	for _, q := range f.Quotes {
		text := q.Text
		if q.Where != "" {
			text += "  (" + q.Where + ")"
		}
		s.font("I", textSize, soft)
		s.write(margin+7, full-7, lead, text)
	}
	if f.Reason != "" {
		s.font("", textSize, soft)
		s.write(margin+7, full-7, lead, f.Reason)
	}
	s.pdf.SetY(s.pdf.GetY() + 1.2)
}

// signatures is the last part: who signs, with room for those nobody knows of yet.
func (s *sheet) signatures(list []Signature) {
	const height, least = 15.0, 3
	full := s.w - 2*margin
	if s.w > s.h || !s.room(30+height*float64(min(4, max(least, len(list)+1)))) {
		s.page("P")
	} else {
		s.pdf.SetY(s.pdf.GetY() + 10)
	}
	s.title(s.words.Signatures)
	s.font("", textSize, soft)
	s.write(margin, full, lead, s.words.SignHead)
	s.pdf.SetY(s.pdf.GetY() + 3)
	widths := []float64{full * 0.3, full * 0.25, full * 0.15, full * 0.3}
	row := func(style string, c colour, h float64, cells ...string) {
		x, y := margin, s.pdf.GetY()
		s.pdf.SetDrawColor(line.r, line.g, line.b)
		s.pdf.SetLineWidth(0.25)
		for i, text := range cells {
			s.pdf.Rect(x, y, widths[i], h, "D")
			s.font(style, textSize, c)
			s.pdf.SetXY(x+1, y)
			s.pdf.CellFormat(widths[i]-2, h, s.fit(text, widths[i]-2), "", 0, "L", false, 0, "")
			x += widths[i]
		}
		s.pdf.SetY(y + h)
	}
	row("B", soft, 7, s.words.SignName, s.words.SignRole, s.words.SignDate, s.words.SignHere)
	for i := range max(least, len(list)+1) {
		if s.need(height) {
			row("B", soft, 7, s.words.SignName, s.words.SignRole, s.words.SignDate, s.words.SignHere)
		}
		name := ""
		if i < len(list) {
			name = list[i].Name
		}
		row("", ink, height, name, "", "", "")
	}
}
