"""Words of everyday English that say little of what a question is about; stop words say nothing and are elsewhere."""

SMALL = """
able absolutely actual actually ago allow almost alone along already although always anybody anyone anything anyway apart
appear around ask available away back bad badly basically because become began begin believe best better big bit both
bring brought buy call came cannot care case certain certainly clear clearly come common complete completely
consider consult continue continuous copy count couple currently deal dealt decide describe different difficult
directly documentation documented easily easy either else enough entire especially even everybody everyone everything exact
exactly expect explain fairly fall far fast feel few figure fill final finally finish five follow following form four
full fully further gave general generally given gone great guess guy handle handy hang happened hard hardly he
hear heard held hello help her here's hey high higher highest him his hold huge idea i'd i'll i'm important
in-between indeed inside instead isn't it's i've keep kept large larger largest last late later latest lay least leave left
lie life little look looked looking lost lot main mainly man matter maybe mean means meant mention mentioned
mind morning most mostly move much my name near nearly necessary never new next nice no nobody none normally note nothing
notice o'clock often okay old opposite otherwise outside own particular particularly people perhaps person
place places plus point possible possibly pretty probably properly proper quick quickly quite rather ready real really
reason refer regarding remember respective result sake saw seem seen several she short shortly shown side
similar simple simply since single sit situation small smallest someone something sometimes somewhere soon sorry speak
stand state stated stay straight suddenly sure talk ten thank thanks that's thought three till today together
told tomorrow tonight took total toward tried true try turn two typical typically understand undo unless usual usually
various view want wanted watch way we'd we'll well went weren't we're we've whatever what's whenever where's whether who's
whole whom whose why wish without won't word worth write wrong yes yesterday yet you'd you'll you're
""".replace("\n", " ")
