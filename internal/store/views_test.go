package store

func init() {
	records = append(records, &ApplicationWords{}, &View{}, &ListChoice{}, &ListDensity{}, &SignInFailure{})
}
