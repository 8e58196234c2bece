package lexicon

import "strings"

// The list of countries and territories eligible for official development assistance, as
// published by the Development Assistance Committee of the OECD for flows of 2024 and 2025,
// with São Tomé and Príncipe still among them. Version 2024-25; to be replaced when the
// committee publishes the next one.
const dacList = "AF AO BD BJ BF BI KH CF TD KM CD DJ ER ET GM GN GW HT KI LA LS LR MG MW ML MR MZ MM NP NE RW ST SN SL SB SO SS SD TZ TL TG TV UG YE ZM " +
	"KP SY BO BT CV CM CG CI EG SV SZ GH HN IN IR JO KE KG LB FM MN MA NI NG PK PG PH WS LK TJ TK TN UA UZ VU VN DZ ZW PS " +
	"AL AR AM AZ BY BZ BA BW BR CN CO CR CU DM DO EC GQ FJ GA GE GD GT GY ID IQ JM KZ XK LY MY MV MH MU MX MD ME MS NA NU MK PA PY PE SH VC LC RS ZA SR TH TO TR TM VE WF"

var developing = func() map[string]bool {
	out := map[string]bool{}
	for _, c := range strings.Fields(dacList) {
		out[c] = true
	}
	return out
}()
