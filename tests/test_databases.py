from sqlalchemy import text


def test_engine(engine):
    with engine.connect() as c:
        assert c.execute(text("select 1")).scalar() == 1
