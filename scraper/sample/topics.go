package sample

// topic is one of the newsroom's "What we do", with what a release about it
// may speak of.
type topic struct {
	// id is the number that the listing's filter knows it by. Those from 9101
	// up are the sample's own, because the real ones are not known.
	id   int
	name string
	// matters follow the word "on", as in "workshop on …".
	matters []string
	// audiences are who comes to such an event.
	audiences []string
}

// topics lists those of the newsroom; the last six are known from rows only.
var topics = []topic{
	{
		9101, "Arms control",
		[]string{"securing stockpiles of small arms and light weapons", "confidence- and security-building measures", "safe disposal of surplus ammunition", "verification visits under the Vienna Document", "deactivation standards for firearms"},
		[]string{"ammunition technicians", "defence officials", "military inspectors"},
	},
	{
		113, "Border management",
		[]string{"detecting forged travel documents", "cross-border co-operation at green borders", "risk analysis at border crossings", "patrolling in mountainous terrain", "use of advance passenger information"},
		[]string{"border officers", "customs officials", "border police commanders"},
	},
	{
		111, "Combating trafficking in human beings",
		[]string{"identifying victims of trafficking early", "ethical recruitment in supply chains", "financial traces of human trafficking", "child-friendly interviews with victims", "national referral mechanisms"},
		[]string{"labour inspectors", "anti-trafficking co-ordinators", "social workers"},
	},
	{
		116, "Conflict prevention and resolution",
		[]string{"early warning at community level", "women’s participation in mediation", "dialogue facilitation", "confidence building along dividing lines", "lessons from two decades of mediation"},
		[]string{"local mediators", "dialogue facilitators", "community leaders"},
	},
	{
		9102, "Countering terrorism",
		[]string{"preventing violent extremism online", "protection of crowded places", "requesting electronic evidence across borders", "rehabilitation of returnees’ families", "countering the financing of terrorism"},
		[]string{"investigators", "prosecutors and judges", "prison psychologists"},
	},
	{
		9103, "Cyber/ICT Security",
		[]string{"responding to incidents in critical infrastructure", "cyber hygiene in public administration", "cybercrime and digital evidence", "sixteen confidence-building measures for cyberspace", "national cyber security strategies"},
		[]string{"incident responders", "civil servants", "diplomats"},
	},
	{
		9104, "Democratization",
		[]string{"parliamentary ethics", "public consultation in law-making", "political participation of persons with disabilities", "open local councils", "party finance rules"},
		[]string{"members of parliament", "parliamentary staff", "councillors"},
	},
	{
		9105, "Economic activities",
		[]string{"transparent public procurement", "digital trade corridors", "migration diplomacy", "business support for returning workers", "connectivity across the Caspian region"},
		[]string{"women entrepreneurs", "trade officials", "small business owners"},
	},
	{
		9106, "Education",
		[]string{"multilingual classrooms", "school curricula without stereotypes", "vocational training in border regions", "peer learning between schools", "teaching about rights and duties"},
		[]string{"teachers", "school directors", "education inspectors"},
	},
	{
		120, "Elections",
		[]string{"follow-up to electoral recommendations", "accessible polling stations", "training of polling boards", "campaign finance oversight", "voter lists and their scrutiny"},
		[]string{"election officials", "citizen observers", "election dispute lawyers"},
	},
	{
		9107, "Environmental activities",
		[]string{"fire management in protected areas", "hazardous waste at former mining sites", "air quality in industrial towns", "disaster risk reduction in villages", "services of Aarhus Centres"},
		[]string{"forest rangers", "environmental inspectors", "Aarhus Centre staff"},
	},
	{
		122, "Gender equality",
		[]string{"preventing violence against women", "gender-responsive budgeting", "women in the security sector", "equal access to water and land", "mentor networks for women"},
		[]string{"young women leaders", "gender focal points", "shelter staff"},
	},
	{
		379, "Good governance",
		[]string{"asset declarations of public officials", "anti-money laundering controls", "integrity plans in municipalities", "protection of whistle-blowers", "recovery of stolen assets"},
		[]string{"municipal officials", "auditors", "anti-corruption officers"},
	},
	{
		9108, "Human rights",
		[]string{"freedom of peaceful assembly", "prevention of torture in detention", "human rights of armed forces personnel", "freedom of religion or belief", "rights of persons with disabilities"},
		[]string{"human rights defenders", "ombudsperson staff", "assembly monitors"},
	},
	{
		123, "Media freedom and development",
		[]string{"self-regulation of online media", "media literacy of pupils", "disinformation and public trust", "sustainable local newsrooms", "artificial intelligence and freedom of expression"},
		[]string{"journalists and editors", "press council members", "journalism students"},
	},
	{
		1261, "Migration",
		[]string{"gender-sensitive migration policies", "migrant integration in cities", "seasonal work abroad", "data for migration management", "services for returning migrants"},
		[]string{"migration officials", "integration advisers", "consular staff"},
	},
	{
		9109, "National minority issues",
		[]string{"participation of national minorities in public life", "language rights in local administration", "integration of diverse societies", "history teaching in mixed towns", "minority media"},
		[]string{"minority council members", "local administrators", "young people from minority communities"},
	},
	{
		127, "Policing",
		[]string{"intelligence-led policing", "gender-based violence", "community policing in rural areas", "money laundering through cryptocurrencies", "drug precursors and new psychoactive substances"},
		[]string{"police cadets", "police officers", "criminal analysts"},
	},
	{
		9110, "Reform and co-operation in the security sector",
		[]string{"democratic oversight of the security sector", "parliamentary control of defence budgets", "integrity in security institutions", "a common approach to security sector governance", "oversight of private security companies"},
		[]string{"oversight committee members", "ministry staff", "security sector advisers"},
	},
	{
		9111, "Roma and Sinti",
		[]string{"civil registration of Roma", "housing of Roma and Sinti communities", "school attendance of Roma girls", "Roma participation in elections", "police and Roma working together"},
		[]string{"Roma activists", "Roma mediators", "local co-ordinators"},
	},
	{
		129, "Rule of law",
		[]string{"war crimes proceedings", "legal aid in remote districts", "fair trial standards", "judicial ethics", "enforcement of civil judgments"},
		[]string{"prosecutors and judges", "defence lawyers", "court presidents"},
	},
	{
		130, "Tolerance and non-discrimination",
		[]string{"recording hate crime", "addressing anti-Semitism in schools", "countering intolerance against Muslims", "support for victims of hate crime", "coalitions against hate speech"},
		[]string{"hate crime officers", "faith leaders", "victim support staff"},
	},
	{
		9112, "Youth",
		[]string{"youth, peace and security", "volunteering in small towns", "youth councils and their rights", "leadership across communities", "first jobs for young people"},
		[]string{"young people", "youth workers", "students"},
	},
	{
		9113, "Climate change",
		[]string{"climate change and security", "climate adaptation plans for mountain regions", "energy security in a warming region"},
		[]string{"climate officials", "environmental journalists", "regional planners"},
	},
	{
		976, "Safety of journalists",
		[]string{"safety of journalists covering protests", "online harassment of women journalists", "impunity for attacks on the press"},
		[]string{"journalists and police", "newsroom safety officers", "investigative journalists"},
	},
	{
		9114, "Media laws",
		[]string{"draft law on broadcasting", "decriminalization of defamation", "access to public information"},
		[]string{"media lawyers", "legislative drafters", "regulators"},
	},
	{
		9115, "Media pluralism",
		[]string{"transparency of media ownership", "public service broadcasting", "state advertising and fair competition"},
		[]string{"broadcasters", "publishers", "media regulators"},
	},
	{
		9116, "Environmental good governance",
		[]string{"public access to environmental information", "environmental impact assessment", "corruption risks in waste trade"},
		[]string{"environmental inspectors", "permit authorities", "green associations"},
	},
	{
		9117, "Water management",
		[]string{"transboundary water co-operation", "irrigation under drought", "women’s role in water diplomacy"},
		[]string{"hydrologists", "water users’ associations", "basin council members"},
	},
}

// topicNamed returns the topic of that name, which must be one of the list.
func topicNamed(name string) topic {
	for _, t := range topics {
		if t.name == name {
			return t
		}
	}
	panic("sample: no topic is named " + name)
}
