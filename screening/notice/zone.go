package notice

import (
	"time"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// zones of countries with one zone, or whose capital's zone is what notices mean.
var countryZone = map[string]string{
	"FR": "Europe/Paris", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "LU": "Europe/Luxembourg", "DE": "Europe/Berlin", "IT": "Europe/Rome", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "NL": "Europe/Amsterdam", "AT": "Europe/Vienna",
	"GB": "Europe/London", "IE": "Europe/Dublin", "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki", "PL": "Europe/Warsaw", "CZ": "Europe/Prague", "HU": "Europe/Budapest", "RO": "Europe/Bucharest", "BG": "Europe/Sofia", "GR": "Europe/Athens", "UA": "Europe/Kyiv", "MD": "Europe/Chisinau", "RS": "Europe/Belgrade", "BA": "Europe/Sarajevo", "AL": "Europe/Tirane", "MK": "Europe/Skopje", "XK": "Europe/Belgrade", "ME": "Europe/Podgorica", "HR": "Europe/Zagreb", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "LT": "Europe/Vilnius", "LV": "Europe/Riga", "EE": "Europe/Tallinn", "CY": "Asia/Nicosia", "MT": "Europe/Malta", "MC": "Europe/Monaco", "AD": "Europe/Andorra", "IS": "Atlantic/Reykjavik",
	"TR": "Europe/Istanbul", "GE": "Asia/Tbilisi", "AM": "Asia/Yerevan", "AZ": "Asia/Baku",
	"MA": "Africa/Casablanca", "DZ": "Africa/Algiers", "TN": "Africa/Tunis", "LY": "Africa/Tripoli", "EG": "Africa/Cairo", "SD": "Africa/Khartoum", "SS": "Africa/Juba", "ET": "Africa/Addis_Ababa", "ER": "Africa/Asmara", "DJ": "Africa/Djibouti", "SO": "Africa/Mogadishu", "KE": "Africa/Nairobi", "UG": "Africa/Kampala", "TZ": "Africa/Dar_es_Salaam", "RW": "Africa/Kigali", "BI": "Africa/Bujumbura",
	"SN": "Africa/Dakar", "ML": "Africa/Bamako", "MR": "Africa/Nouakchott", "GN": "Africa/Conakry", "GW": "Africa/Bissau", "GM": "Africa/Banjul", "SL": "Africa/Freetown", "LR": "Africa/Monrovia", "CI": "Africa/Abidjan", "BF": "Africa/Ouagadougou", "GH": "Africa/Accra", "TG": "Africa/Lome", "BJ": "Africa/Porto-Novo", "NE": "Africa/Niamey", "NG": "Africa/Lagos", "TD": "Africa/Ndjamena", "CM": "Africa/Douala", "CF": "Africa/Bangui", "GA": "Africa/Libreville", "CG": "Africa/Brazzaville", "CD": "Africa/Kinshasa", "GQ": "Africa/Malabo", "AO": "Africa/Luanda", "ZM": "Africa/Lusaka", "ZW": "Africa/Harare", "MW": "Africa/Blantyre", "MZ": "Africa/Maputo", "MG": "Indian/Antananarivo", "KM": "Indian/Comoro", "MU": "Indian/Mauritius", "SC": "Indian/Mahe", "ZA": "Africa/Johannesburg", "NA": "Africa/Windhoek", "BW": "Africa/Gaborone", "LS": "Africa/Maseru", "SZ": "Africa/Mbabane", "CV": "Atlantic/Cape_Verde", "ST": "Africa/Sao_Tome", "RE": "Indian/Reunion", "YT": "Indian/Mayotte",
	"LB": "Asia/Beirut", "SY": "Asia/Damascus", "JO": "Asia/Amman", "IQ": "Asia/Baghdad", "IR": "Asia/Tehran", "PS": "Asia/Gaza", "IL": "Asia/Jerusalem", "SA": "Asia/Riyadh", "YE": "Asia/Aden", "AE": "Asia/Dubai", "QA": "Asia/Qatar", "KW": "Asia/Kuwait", "AF": "Asia/Kabul", "PK": "Asia/Karachi", "IN": "Asia/Kolkata", "BD": "Asia/Dhaka", "NP": "Asia/Kathmandu", "LK": "Asia/Colombo", "MM": "Asia/Yangon", "TH": "Asia/Bangkok", "VN": "Asia/Ho_Chi_Minh", "KH": "Asia/Phnom_Penh", "LA": "Asia/Vientiane", "MY": "Asia/Kuala_Lumpur", "SG": "Asia/Singapore", "PH": "Asia/Manila", "CN": "Asia/Shanghai", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "KG": "Asia/Bishkek", "TJ": "Asia/Dushanbe", "UZ": "Asia/Tashkent",
	"HT": "America/Port-au-Prince", "DO": "America/Santo_Domingo", "CO": "America/Bogota", "VE": "America/Caracas", "PE": "America/Lima", "EC": "America/Guayaquil", "BO": "America/La_Paz", "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "UY": "America/Montevideo", "PY": "America/Asuncion", "GT": "America/Guatemala", "HN": "America/Tegucigalpa", "SV": "America/El_Salvador", "NI": "America/Managua", "CR": "America/Costa_Rica", "PA": "America/Panama", "CU": "America/Havana", "JM": "America/Jamaica", "GP": "America/Guadeloupe", "MQ": "America/Martinique", "GF": "America/Cayenne",
}

// severalZones are countries of several zones: without a town nothing tells which.
var severalZones = map[string]bool{"CD": true, "ID": true, "BR": true, "US": true, "CA": true, "RU": true, "AU": true, "MX": true, "MN": true, "KZ": true}

var zoneNames = []struct {
	pattern *text.Pattern
	zone    string
}{
	{text.MustPattern(`\b(?:utc|gmt) ?(?:\+ ?0)?(?:\b|$)`), "UTC"},
	{text.MustPattern(`\b(?:cest?|heure d'europe centrale|central european (?:summer )?time|heure francaise|heure de la france|french time|heure de france)\b`), "Europe/Paris"},
	{text.MustPattern(`\b(?:eat|east africa(?:n)? time)\b`), "Africa/Nairobi"},
	{text.MustPattern(`\b(?:cat|central africa(?:n)? time)\b`), "Africa/Maputo"},
	{text.MustPattern(`\b(?:wat|west africa(?:n)? time)\b`), "Africa/Lagos"},
	{text.MustPattern(`\b(?:sast)\b`), "Africa/Johannesburg"},
	{text.MustPattern(`\b(?:bst|uk time|british time|heure de londres)\b`), "Europe/London"},
	{text.MustPattern(`\b(?:est|edt|new york time|eastern time)\b`), "America/New_York"},
	{text.MustPattern(`\b(?:eet|eest|eastern european (?:summer )?time)\b`), "Europe/Helsinki"},
	{text.MustPattern(`\b(?:geneva time|heure de geneve|heure suisse|swiss time)\b`), "Europe/Zurich"},
	{text.MustPattern(`\b(?:heure belge|brussels time|heure de bruxelles|belgian time)\b`), "Europe/Brussels"},
	{text.MustPattern(`\b(?:heure de tunis|heure tunisienne)\b`), "Africa/Tunis"},
	{text.MustPattern(`\b(?:heure marocaine)\b`), "Africa/Casablanca"},
}

var (
	zoneOf    = text.MustPattern(`\bheure (?:locale )?(?:de |du |d'|des |a )(?:la |l')?([\pL' -]{2,40}?)(?:[).,;]|$| \()|\b([\pL-]+(?: [\pL-]+)?) (?:local )?time\b|\btime (?:in|zone of) ([\pL' -]{2,40}?)(?:[).,;]|$)`)
	localTime = text.MustPattern(`\b(?:heure locale|local time)\b`)
)

// zoneIn finds the zone a stretch of the deadline's sentence names; hour tells that an hour
// stands before it, since "est" and "cat" are words as well.
func zoneIn(f text.Folded, original string, hour bool) string {
	if m := zoneOf.FindStringSubmatchIndex(f.Text); m != nil {
		for i := 2; i+1 < len(m); i += 2 {
			if m[i] < 0 {
				continue
			}
			a, b := f.Span(m[i], m[i+1])
			for _, code := range lexicon.Places(original[a:b]) {
				if z := countryZone[code]; z != "" {
					return z
				}
			}
		}
	}
	for i, z := range zoneNames {
		if i > 0 && !hour && len(z.zone) > 0 && (z.zone == "America/New_York" || z.zone == "Africa/Maputo" || z.zone == "Africa/Nairobi") {
			continue
		}
		for _, m := range z.pattern.FindAllStringIndex(f.Text, -1) {
			a, b := f.Span(m[0], m[1])
			word := original[a:b]
			// "est" is a verb, "EST" a zone.
			if len(word) <= 4 && word != upper(word) {
				continue
			}
			return z.zone
		}
	}
	return ""
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// zoneOfPlace is the zone of the first country a place names, and whether it is sure.
func zoneOfPlace(place string) (zone string, sure bool) {
	for _, code := range lexicon.Places(place) {
		if z := countryZone[code]; z != "" {
			return z, !severalZones[code]
		}
	}
	return "", false
}

func load(zone string) (*time.Location, bool) {
	loc, err := time.LoadLocation(zone)
	return loc, err == nil && zone != ""
}
