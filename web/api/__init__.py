"""The same reads and writes as the screens, as JSON under `/api/v1`: one file for each kind of thing.

A route is a class of `blueprint.Operation` with a policy, shapes (`fields.Shape`) for what it takes and answers, and for a change
`find`, which raises NotFound before anything that was sent is looked at. `carry_out` sends the change to the engine under the key of
the request. A file comes in a form (`location="files"`, `fields.File`, `most_bytes`) and goes out by `bp.hands_out`. The
specification (`document`) is made of all this; a test holds answers against it.
"""
