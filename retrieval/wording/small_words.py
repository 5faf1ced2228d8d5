"""Words of everyday English that say little of what a question is about; stop words say nothing and are elsewhere."""

SMALL = """
able absolutely actual actually ago allow almost alone along already although always anybody anyone anything anyway
apart appear april around ask august available away back bad badly basically because become began begin believe best
better big bit both bring brought buy call came cannot cant care case certain certainly clear clearly come common
complete completely consider consult continue continuous copy count couple currently deal dealt december decide
describe different difficult directly documentation documented dont easily easy either else enough entire especially
even everybody everyone everything exact exactly expect explain fairly fall far fast february feel few figure fill
final finally finish five follow following form four friday full fully further gave general generally given gone great
guess guy handle handy hang happened hard hardly he hear heard held hello help her here's hey high higher highest him
his hold huge i'd i'll i'm i've idea im important in-between indeed inside instead isn't isnt it's january july june
keep kept large larger largest last late later latest lay least leave left lie life little look looked looking lost
lot main mainly man march matter maybe mean means meant mention mentioned mind monday morning most mostly move much my
name near nearly necessary never new next nice no nobody none normally note nothing notice november o'clock october
often okay old opposite otherwise outside own particular particularly people perhaps person place places plus point
possible possibly pretty probably proper properly quick quickly quite rather ready real really reason refer regarding
remember respective result sake saturday saw seem seen september several she short shortly shown side similar simple
simply since single sit situation small smallest someone something sometimes somewhere soon sorry speak stand state
stated stay straight suddenly sunday sure talk ten thank thanks that's thats thought three thursday till today
together told tomorrow tonight took total toward tried true try tuesday turn two typical typically understand undo
unless usual usually various view want wanted watch way we'd we'll we're we've wednesday well went weren't what's
whatever whats whenever where's whether who's whole whom whose why wish without won't wont word worth write wrong yes
yesterday yet you'd you'll you're
"""
