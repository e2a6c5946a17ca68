CREATE TABLE anchor (
	act BIGINT NOT NULL,
	digest BLOB NOT NULL,
	signature BLOB NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_anchor PRIMARY KEY (act)
);
CREATE TABLE batch (
	seq INTEGER NOT NULL,
	id BLOB NOT NULL,
	body BLOB,
	sha256 BLOB NOT NULL,
	ops INTEGER NOT NULL,
	acts INTEGER NOT NULL,
	size INTEGER NOT NULL,
	first_change BIGINT NOT NULL,
	last_change BIGINT NOT NULL,
	state VARCHAR(12) NOT NULL,
	made_at BIGINT NOT NULL,
	acked_at BIGINT,
	first_seq BIGINT,
	last_seq BIGINT,
	result BLOB,
	CONSTRAINT pk_batch PRIMARY KEY (seq)
);
CREATE UNIQUE INDEX ix_batch_id ON batch (id);
CREATE INDEX ix_batch_state ON batch (state);
CREATE TABLE clock (
	facet VARCHAR(60) NOT NULL,
	row_id BLOB NOT NULL,
	stamp BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	rank BIGINT,
	fields BLOB,
	version BIGINT,
	seq BIGINT NOT NULL,
	CONSTRAINT pk_clock PRIMARY KEY (facet, row_id)
)
 WITHOUT ROWID;
CREATE TABLE "conflict" (
	table_name VARCHAR(40) NOT NULL,
	row_id BLOB NOT NULL,
	field VARCHAR(40) NOT NULL,
	kind VARCHAR(12) NOT NULL,
	sensitivity VARCHAR(16) NOT NULL,
	"before" BLOB,
	held BLOB,
	held_user BLOB,
	held_site VARCHAR(80),
	held_at BIGINT,
	other BLOB,
	other_user BLOB,
	other_site VARCHAR(80),
	other_at BIGINT,
	reminded_at BIGINT,
	decided_at BIGINT,
	decided_by BLOB,
	decision VARCHAR(16),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_conflict PRIMARY KEY (id)
);
CREATE INDEX ix_conflict_row_id ON "conflict" (row_id);
CREATE TABLE digest (
	sensitivity VARCHAR(16) NOT NULL,
	bucket INTEGER NOT NULL,
	sum BLOB NOT NULL,
	CONSTRAINT pk_digest PRIMARY KEY (sensitivity, bucket)
)
 WITHOUT ROWID;
CREATE TABLE change_seal (
	change BIGINT NOT NULL,
	seal BLOB NOT NULL,
	CONSTRAINT pk_change_seal PRIMARY KEY (change)
);
CREATE TABLE erased_row (
	row_id BLOB NOT NULL,
	person_id BLOB NOT NULL,
	CONSTRAINT pk_erased_row PRIMARY KEY (row_id)
)
 WITHOUT ROWID;
CREATE TABLE erasure (
	told BLOB NOT NULL,
	signature BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_erasure PRIMARY KEY (id)
);
CREATE TABLE former_server (
	server_id BLOB NOT NULL,
	server_key BLOB NOT NULL,
	CONSTRAINT pk_former_server PRIMARY KEY (server_id, server_key)
)
 WITHOUT ROWID;
CREATE TABLE extra (
	facet VARCHAR(60) NOT NULL,
	row_id BLOB NOT NULL,
	field VARCHAR(60) NOT NULL,
	value BLOB,
	tick BLOB NOT NULL,
	CONSTRAINT pk_extra PRIMARY KEY (facet, row_id, field)
)
 WITHOUT ROWID;
CREATE TABLE heard (
	seq INTEGER NOT NULL,
	log_seq BIGINT NOT NULL,
	table_name VARCHAR(40) NOT NULL,
	row_id BLOB NOT NULL,
	field VARCHAR(40) NOT NULL,
	"before" BLOB,
	"after" BLOB,
	user_id BLOB NOT NULL,
	actor BIGINT NOT NULL,
	stamp BIGINT NOT NULL,
	verb VARCHAR(40) NOT NULL,
	CONSTRAINT pk_heard PRIMARY KEY (seq)
);
CREATE INDEX ix_heard_row ON heard (table_name, row_id);
CREATE TABLE joined (
	one INTEGER NOT NULL,
	server_id BLOB NOT NULL,
	server_key BLOB NOT NULL,
	server_name VARCHAR(160) NOT NULL,
	ministry_key BLOB,
	url VARCHAR(400) NOT NULL,
	pin BLOB,
	node BLOB NOT NULL,
	node_kind VARCHAR(16) NOT NULL,
	institution_id BLOB,
	institution_name VARCHAR(160) NOT NULL,
	role VARCHAR(32) NOT NULL,
	classes TEXT NOT NULL,
	laptop VARCHAR(80) NOT NULL,
	joined_at BIGINT NOT NULL,
	contact_at BIGINT,
	limit_days INTEGER NOT NULL,
	extended_to BIGINT,
	phone_anchor BLOB,
	phone_used INTEGER NOT NULL,
	standing BLOB,
	every_minutes INTEGER,
	keys_seen INTEGER NOT NULL,
	CONSTRAINT pk_joined PRIMARY KEY (one),
	CONSTRAINT ck_joined_one CHECK (one = 1)
);
CREATE TABLE kept_key (
	kind VARCHAR(16) NOT NULL,
	key_id BLOB NOT NULL,
	box BLOB NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_kept_key PRIMARY KEY (kind, key_id)
)
 WITHOUT ROWID;
CREATE TABLE parked (
	seq INTEGER NOT NULL,
	facet VARCHAR(60) NOT NULL,
	row_id BLOB NOT NULL,
	entry BLOB NOT NULL,
	log_seq BIGINT NOT NULL,
	reason VARCHAR(12) NOT NULL,
	detail TEXT NOT NULL,
	parked_at BIGINT NOT NULL,
	CONSTRAINT pk_parked PRIMARY KEY (seq)
);
CREATE TABLE laptop_name (
	actor BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	CONSTRAINT pk_laptop_name PRIMARY KEY (actor)
);
CREATE INDEX ix_parked_row ON parked (facet, row_id);
CREATE TABLE partial (
	name VARCHAR(120) NOT NULL,
	sha256 BLOB,
	body BLOB NOT NULL,
	CONSTRAINT pk_partial PRIMARY KEY (name)
);
CREATE TABLE past_sync (
	seq INTEGER NOT NULL,
	at BIGINT NOT NULL,
	sent INTEGER,
	received INTEGER,
	size BIGINT NOT NULL,
	ending VARCHAR(16) NOT NULL,
	seconds INTEGER NOT NULL,
	at_percent INTEGER NOT NULL,
	by_file BOOLEAN NOT NULL,
	CONSTRAINT pk_past_sync PRIMARY KEY (seq)
);
CREATE TABLE replaced (
	seq INTEGER NOT NULL,
	facet VARCHAR(60) NOT NULL,
	row_id BLOB NOT NULL,
	entry BLOB NOT NULL,
	CONSTRAINT pk_replaced PRIMARY KEY (seq)
);
CREATE TABLE refused (
	seq INTEGER NOT NULL,
	batch_id BLOB NOT NULL,
	op INTEGER NOT NULL,
	table_name VARCHAR(40) NOT NULL,
	row_id BLOB NOT NULL,
	field VARCHAR(40) NOT NULL,
	value BLOB,
	inserting BOOLEAN NOT NULL,
	user_id BLOB NOT NULL,
	verb VARCHAR(40) NOT NULL,
	stamp BIGINT NOT NULL,
	outcome VARCHAR(12) NOT NULL,
	reason VARCHAR(40) NOT NULL,
	at BIGINT NOT NULL,
	let_go_at BIGINT,
	CONSTRAINT pk_refused PRIMARY KEY (seq)
);
CREATE INDEX ix_refused_row ON refused (table_name, row_id);
CREATE TABLE kept AS SELECT * FROM site;
DROP TABLE site;
CREATE TABLE site (
	one INTEGER NOT NULL,
	id BLOB NOT NULL,
	code VARCHAR(16) NOT NULL,
	generation INTEGER NOT NULL,
	store_kind VARCHAR(16) NOT NULL,
	profile VARCHAR(8) NOT NULL,
	institution_id BLOB,
	clock BIGINT NOT NULL,
	clock_offset_ms BIGINT NOT NULL,
	nonce BLOB,
	history_id BLOB,
	sent_change BIGINT NOT NULL,
	sent_at BIGINT,
	card_number INTEGER NOT NULL,
	student_number INTEGER NOT NULL,
	cursor BIGINT NOT NULL,
	cursor_tag BLOB,
	subscription BLOB,
	sent_act BIGINT NOT NULL,
	wire_clock BIGINT NOT NULL,
	reclaiming BOOLEAN NOT NULL,
	lost_at BIGINT NOT NULL,
	CONSTRAINT pk_site PRIMARY KEY (one),
	CONSTRAINT ck_site_one CHECK (one = 1)
);
INSERT INTO site ("one", "id", "code", "generation", "store_kind", "profile", "institution_id", "clock", "clock_offset_ms", "nonce", "history_id", "sent_change", "sent_at", "card_number", "student_number", "cursor", "sent_act", "wire_clock", "reclaiming", "lost_at") SELECT "one", "id", "code", "generation", "store_kind", "profile", "institution_id", "clock", "clock_offset_ms", "nonce", "history_id", "sent_change", "sent_at", "card_number", "student_number", 0, 0, 0, 0, 0 FROM kept;
DROP TABLE kept;
CREATE TABLE snapshot_state (
	one INTEGER NOT NULL,
	snapshot_id VARCHAR(64) NOT NULL,
	head BIGINT NOT NULL,
	head_tag BLOB,
	history_id BLOB,
	parts INTEGER NOT NULL,
	done INTEGER NOT NULL,
	manifest BLOB,
	CONSTRAINT pk_snapshot_state PRIMARY KEY (one),
	CONSTRAINT ck_snapshot_state_one CHECK (one = 1)
);
CREATE TABLE kept AS SELECT * FROM enrolment;
DROP TABLE enrolment;
CREATE TABLE enrolment (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE,
	standing VARCHAR(16) NOT NULL,
	outcome VARCHAR(16),
	exit VARCHAR(24),
	exit_reason VARCHAR(40),
	repeater BOOLEAN NOT NULL,
	previous_id BLOB,
	destination_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_enrolment PRIMARY KEY (id),
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_previous_id FOREIGN KEY(previous_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_destination_id FOREIGN KEY(destination_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_enrolment_destination_id ON enrolment (destination_id);
CREATE INDEX ix_enrolment_grade_id ON enrolment (grade_id);
CREATE INDEX ix_enrolment_institution_id ON enrolment (institution_id);
CREATE INDEX ix_enrolment_period_id ON enrolment (period_id);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
CREATE INDEX ix_enrolment_previous_id ON enrolment (previous_id);
INSERT INTO enrolment ("person_id", "institution_id", "period_id", "grade_id", "starts_on", "ends_on", "standing", "outcome", "exit", "exit_reason", "repeater", "previous_id", "id", "deleted_at") SELECT "person_id", "institution_id", "period_id", "grade_id", "starts_on", "ends_on", "standing", "outcome", "exit", "exit_reason", "repeater", "previous_id", "id", "deleted_at" FROM kept;
DROP TABLE kept;
