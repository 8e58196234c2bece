package intake

import "testing"

func TestSamePerson(t *testing.T) {
	ada := Earlier{Application: 7, Name: "Ada Brunel-Sow", Emails: []string{"ada@post.example"}, Hashes: []string{"cv1", "lm1"}, Letters: []string{"t1"}}
	inThread := ada
	ada.MessageIDs, ada.Names = []string{"m1@post.example"}, []string{"CV.docx", "LM.docx"}
	inThread.Thread = true
	for _, tc := range []struct {
		name    string
		handed  Handed
		earlier Earlier
		want    Same
		found   bool
	}{
		{"the very same message again", Handed{Name: "Ada Brunel-Sow", Email: "ADA@post.example", Hashes: []string{"cv1", "lm1"}, Letter: "t1"}, ada, Same{Application: 7, Rule: "same_address"}, true},
		{"the files again under another text", Handed{Name: "Ada", Email: "ada@post.example", Hashes: []string{"cv1"}, Letter: "t2"}, ada, Same{Application: 7, New: true, Rule: "same_address"}, true},
		{"a corrected file", Handed{Name: "Ada Brunel-Sow", Email: "ada@post.example", Hashes: []string{"cv2"}}, ada, Same{Application: 7, New: true, Rule: "same_address"}, true},
		{"the same message by another way, its files repacked", Handed{Name: "Ada", Email: "ada@post.example", Hashes: []string{"cv1b"}, Names: []string{"CV.docx"}, Letter: "t1", MessageID: "m1@post.example"}, ada, Same{Application: 7, Rule: "same_address"}, true},
		{"the same id with another file is no copy", Handed{Name: "Ada", Email: "ada@post.example", Hashes: []string{"cv3"}, Names: []string{"CV2.docx"}, Letter: "t1", MessageID: "m1@post.example"}, ada, Same{Application: 7, New: true, Rule: "same_address"}, true},
		{"another person of the same household", Handed{Name: "Malik Sow", Email: "ada@post.example", Hashes: []string{"cv9"}}, ada, Same{}, false},
		{"an answer from another address", Handed{Name: "Ada Brunel-Sow", Email: "ada.b@travail.example", Hashes: []string{"cv2"}}, inThread, Same{Application: 7, New: true, ToConfirm: true, Rule: "same_thread"}, true},
		{"an answer under a nickname, signed", Handed{Name: "Adi B", Email: "adi@travail.example", Hashes: []string{"cv2"}, Text: "Voici ma lettre.\nAda Brunel-Sow"}, inThread, Same{Application: 7, New: true, ToConfirm: true, Rule: "same_thread"}, true},
		{"somebody else answers in the thread", Handed{Name: "Paul Roy", Email: "paul@travail.example", Hashes: []string{"x"}, Text: "Je recommande Ada.\nPaul Roy"}, inThread, Same{}, false},
		{"same files, same name, other address", Handed{Name: "BRUNEL-SOW Ada", Email: "x@y.example", Hashes: []string{"cv1"}}, ada, Same{Application: 7, ToConfirm: true, Rule: "same_files"}, true},
		{"same name alone is nobody known", Handed{Name: "Ada Brunel-Sow", Email: "x@y.example", Hashes: []string{"cv7"}}, ada, Same{}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := SamePerson(tc.handed, []Earlier{tc.earlier})
			if got != tc.want || ok != tc.found {
				t.Errorf("SamePerson(%+v) = %+v, %v; want %+v, %v", tc.handed, got, ok, tc.want, tc.found)
			}
		})
	}
}

func TestCompatibleNames(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"Ada Brunel", "BRUNEL Ada", true},
		{"A. Brunel", "Ada Brunel", true},
		{"", "Ada Brunel", true},
		{"Ada Brunel-Sow", "Ada Brunel", true},
		{"Léa Brunel", "Ada Brunel", false},
		{"Jean-Marc Poulet", "Jean Poulet", true},
		{"Marie Diop", "Fatou Diop", false},
	} {
		if got := CompatibleNames(tc.a, tc.b); got != tc.want {
			t.Errorf("CompatibleNames(%q, %q) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}
