# The verdict of `docs/residency.md`, on the law as data. `data.law` holds the tables of
# `plain_law.py`, `input` the declarations, the planned places and the placements.
package residency

ranks := [rank(n) | input.placements[n]]

rank(n) := min([min({value(rule, n) | some rule in matching(n)} | {4}), known(n)])

# --- what is asked ---

asked(n) := input.placements[n]

place(n) := input.places[asked(n).place]

wide(n) := input.sets[asked(n).set]

own(n) if within(data.law.subjects[asked(n).subject].home, place(n).points[0]) == 2

declared[token] if some token in input.declared

# --- regions: 2 inside, 1 where only the country is known and a part of it decides, 0 outside ---

within(region, point) := 2 if {
	data.law.regions[region].world
} else := 2 if {
	some code in point
	data.law.regions[region].codes[code]
} else := 1 if {
	count(point) == 1
	data.law.regions[region].parts[point[0]]
} else := 0

held(rule, point) := min([
	within(data.law.rules[rule].in, point),
	2 - within(data.law.rules[rule].out, point),
])

# --- what is declared ---

holds(token, _, _) if declared[token]

holds(token, n, _) if token in place(n).meets

holds("actor:public-body", n, _) if "government" in wide(n)

holds(token, n, point) if {
	some limited in input.limited[token]
	covers(limited.subjects, data.law.subjects[asked(n).subject].codes)
	names(limited.places, place(n).id)
	names(limited.providers, place(n).provider)
	covers(limited.to, point)
}

covers(null, _)

covers(region, point) if {
	region != null
	within(region, point) == 2
}

names(null, _)

names(listed, name) if name in listed

# --- whether a rule binds: 3 surely, 2 doubted, 1 maybe, 0 not ---

bound_alone(rule, n) := 0 if {
	some condition in data.law.rules[rule].when
	not holds(condition, n, place(n).points[0])
	holds(concat("", ["not:", condition]), n, place(n).points[0])
} else := 1 if {
	some condition in data.law.rules[rule].when
	not holds(condition, n, place(n).points[0])
} else := 3

# Rules that replace others are not replaced themselves: `law_peers.py` sees to that.
binding(rule, n) := bound_alone(rule, n) if {
	not data.law.subjects[asked(n).subject].replaced[rule]
} else := min({bound_alone(rule, n)} | {left(other, bound_alone(other, n)) |
	some other in data.law.subjects[asked(n).subject].replaced[rule]
})

left(_, 0) := 3

left(other, 3) := data.law.rules[other].leaves

left(other, bound) := max([data.law.rules[other].leaves, 1]) if bound in {1, 2}

# --- which rules apply ---

does(rule, n) if count(data.law.rules[rule].activities) == 0

does(rule, n) if {
	some activity in data.law.rules[rule].activities
	activity in data.law.activities[asked(n).activity]
}

matching(n) := {rule |
	some rule in data.law.subjects[asked(n).subject].rules
	applies(rule, n)
	binding(rule, n) > 0
}

applies(rule, n) if {
	some class in data.law.rules[rule].classes
	class in wide(n)
	does(rule, n)
	planned(rule)
}

planned(rule) if data.law.rules[rule].keep == "all"

planned(_) if input.placed != null

# --- what a rule comes to ---

value(rule, n) := softened(binding(rule, n), worth(rule, n))

softened(1, value) := max([value, 2])

softened(bound, value) := value if bound != 1

worth(rule, n) := min({at(rule, n, point) | some point in looked_at(rule, place(n))}) if {
	data.law.rules[rule].keep == "all"
} else := inner(rule, n) if {
	least_held(rule, n) == 2
} else := max([duty(rule, n), 2 * least_held(rule, n)])

least_held(rule, n) := min({held(rule, point) | some point in looked_at(rule, place(n))})

duty(rule, n) := max([kept(rule, n), min({outside(rule, n, point) |
	some point in looked_at(rule, place(n))
})])

kept(rule, n) := 3 if {
	some other in input.placed
	every point in looked_at(rule, other) {
		held(rule, point) == 2
	}
} else := 0 if {
	data.law.rules[rule].unverified
} else := 0 if {
	data.law.rules[rule].keep == "first"
	asked(n).activity == "store"
} else := 2

looked_at(rule, at) := array.concat(
	[point | data.law.rules[rule].place; point := at.points[0]],
	[point | data.law.rules[rule].operators; some point in array.slice(at.points, 1, 99)],
)

at(rule, n, point) := inner(rule, n) if {
	held(rule, point) == 2
} else := max([outside(rule, n, point), 2 * held(rule, point)])

inner(rule, n) := 4 if {
	own(n)
} else := 4 if {
	count(data.law.rules[rule].regime) == 0
} else := data.law.rules[rule].ceiling

outside(rule, n, point) := 1 if {
	data.law.rules[rule].unverified
} else := best(rule, n, point)

best(rule, n, point) := max({0} | {way(rule, number, n, point) |
	data.law.rules[rule].ways[number]
})

way(rule, number, n, point) := min({data.law.rules[rule].ways[number].ceiling, met(rule, number, n, point)} | {reached |
	some region in data.law.rules[rule].ways[number].to
	reached := 2 * within(region, point)
})

met(rule, number, n, point) := 4 if {
	count(data.law.rules[rule].ways[number].needs) == 0
} else := 3 if {
	every need in data.law.rules[rule].ways[number].needs {
		holds(need, n, point)
	}
} else := 2

# --- at most undetermined abroad where no regime surely covers a root class ---

known(n) := 4 if {
	own(n)
} else := 1 if {
	some root in data.law.roots
	root in wide(n)
	not governed(root, n)
} else := 4

governed(root, n) if {
	some rule in data.law.subjects[asked(n).subject].rules
	data.law.rules[rule].sure
	root in data.law.rules[rule].regime
	does(rule, n)
	binding(rule, n) == 3
}
