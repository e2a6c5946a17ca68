CREATE TABLE academic_period (
	code TEXT NOT NULL,
	label TEXT NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	state TEXT,
	state_reason TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_academic_period PRIMARY KEY (id)
);

CREATE TABLE area (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	level TEXT NOT NULL,
	parent_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_area PRIMARY KEY (id),
	CONSTRAINT fk_area_parent_id FOREIGN KEY(parent_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_area_parent_id ON area (parent_id);

CREATE TABLE attempt (
	who BLOB NOT NULL,
	minute BIGINT NOT NULL,
	count INTEGER NOT NULL,
	CONSTRAINT pk_attempt PRIMARY KEY (who, minute)
);

CREATE TABLE audit (
	seq BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind VARCHAR(24) NOT NULL,
	site_id BLOB,
	generation INTEGER,
	user_id BLOB,
	verb VARCHAR(80) NOT NULL,
	about VARCHAR(120) NOT NULL,
	batch BLOB,
	act INTEGER,
	stamp BIGINT,
	salt BLOB,
	payload BLOB,
	digest BLOB NOT NULL,
	CONSTRAINT pk_audit PRIMARY KEY (seq)
);

CREATE INDEX ix_audit_batch ON audit (batch);

CREATE INDEX ix_audit_site_id ON audit (site_id);

CREATE INDEX ix_audit_went_back ON audit (verb) WHERE verb IN ('begin_history', 'replay_ledger', 'restore');

CREATE TABLE audit_head (
	one INTEGER NOT NULL,
	seq BIGINT NOT NULL,
	digest BLOB NOT NULL,
	ledger BIGINT NOT NULL,
	CONSTRAINT pk_audit_head PRIMARY KEY (one)
);

CREATE TABLE batch_result (
	id BLOB NOT NULL,
	site BLOB NOT NULL,
	received_at BIGINT NOT NULL,
	result BLOB NOT NULL,
	CONSTRAINT pk_batch_result PRIMARY KEY (id)
);

CREATE TABLE change_log (
	seq INTEGER NOT NULL,
	facet VARCHAR(80) NOT NULL,
	sensitivity VARCHAR(16) NOT NULL,
	row_id BLOB NOT NULL,
	kind SMALLINT NOT NULL,
	granted SMALLINT NOT NULL,
	of_seq BIGINT NOT NULL,
	payload BLOB NOT NULL,
	actor BIGINT NOT NULL,
	user_id BLOB NOT NULL,
	bases BLOB,
	CONSTRAINT pk_change_log PRIMARY KEY (seq)
);

CREATE INDEX ix_change_log_row_id ON change_log (row_id);

CREATE TABLE code (
	id BLOB NOT NULL,
	node_id BLOB NOT NULL,
	role VARCHAR(32) NOT NULL,
	classes TEXT NOT NULL,
	limit_days INTEGER NOT NULL,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	made_by VARCHAR(120) NOT NULL,
	site_id BLOB,
	used_at BIGINT,
	CONSTRAINT pk_code PRIMARY KEY (id)
);

CREATE TABLE commit_log (
	first BIGINT NOT NULL,
	count INTEGER NOT NULL,
	tag BLOB NOT NULL,
	actor BIGINT NOT NULL,
	batch BLOB,
	received_at BIGINT NOT NULL,
	CONSTRAINT pk_commit_log PRIMARY KEY (first)
);

CREATE TABLE "conflict" (
	table_name TEXT NOT NULL,
	row_id BLOB NOT NULL,
	field TEXT NOT NULL,
	kind TEXT NOT NULL,
	sensitivity TEXT NOT NULL,
	"before" BLOB,
	held BLOB,
	held_user BLOB,
	held_site TEXT,
	held_at BIGINT,
	other BLOB,
	other_user BLOB,
	other_site TEXT,
	other_at BIGINT,
	reminded_at BIGINT,
	decided_at BIGINT,
	decided_by BLOB,
	decision TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_conflict PRIMARY KEY (id)
);

CREATE INDEX ix_conflict_row_id ON "conflict" (row_id);

CREATE TABLE custom_field (
	code TEXT NOT NULL,
	label TEXT NOT NULL,
	label_fr TEXT,
	label_es TEXT,
	of_what TEXT NOT NULL,
	kind TEXT NOT NULL,
	choices TEXT,
	position INTEGER NOT NULL,
	required BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_custom_field PRIMARY KEY (id)
);

CREATE TABLE digest (
	node BLOB NOT NULL,
	sensitivity VARCHAR(16) NOT NULL,
	bucket SMALLINT NOT NULL,
	sum BLOB NOT NULL,
	CONSTRAINT pk_digest PRIMARY KEY (node, sensitivity, bucket)
)
 WITHOUT ROWID;

CREATE TABLE education_grade (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	level TEXT NOT NULL,
	isced TEXT,
	position INTEGER NOT NULL,
	official_age INTEGER,
	valid_from DATE,
	valid_to DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_education_grade PRIMARY KEY (id)
);

CREATE TABLE erased (
	row_id BLOB NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_erased PRIMARY KEY (row_id)
)
 WITHOUT ROWID;

CREATE TABLE erasure (
	told BLOB NOT NULL,
	signature BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_erasure PRIMARY KEY (id)
);

CREATE TABLE grading_scale (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_grading_scale PRIMARY KEY (id)
);

CREATE TABLE laptop_head (
	site_id BLOB NOT NULL,
	generation INTEGER NOT NULL,
	seq BIGINT NOT NULL,
	digest BLOB NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_laptop_head PRIMARY KEY (site_id, generation, seq)
);

CREATE TABLE lease (
	kind VARCHAR(16) NOT NULL,
	first BIGINT NOT NULL,
	last BIGINT NOT NULL,
	site_id BLOB NOT NULL,
	generation INTEGER NOT NULL,
	leased_at BIGINT NOT NULL,
	CONSTRAINT pk_lease PRIMARY KEY (kind, first)
);

CREATE INDEX ix_lease_site_id ON lease (site_id);

CREATE TABLE log_scope (
	scope BLOB NOT NULL,
	seq BIGINT NOT NULL,
	granted SMALLINT NOT NULL,
	CONSTRAINT pk_log_scope PRIMARY KEY (scope, seq)
)
 WITHOUT ROWID;

CREATE TABLE node (
	id BLOB NOT NULL,
	kind VARCHAR(16) NOT NULL,
	code VARCHAR(32) NOT NULL,
	name VARCHAR(160) NOT NULL,
	row_id BLOB,
	made_at BIGINT NOT NULL,
	CONSTRAINT pk_node PRIMARY KEY (id)
);

CREATE TABLE operator (
	id BLOB NOT NULL,
	name VARCHAR(120) NOT NULL,
	role VARCHAR(32) NOT NULL,
	added_at BIGINT NOT NULL,
	ended_at BIGINT,
	CONSTRAINT pk_operator PRIMARY KEY (id)
);

CREATE TABLE parked_act (
	batch BLOB NOT NULL,
	act INTEGER NOT NULL,
	site BLOB NOT NULL,
	received_at BIGINT NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_parked_act PRIMARY KEY (batch, act)
);

CREATE TABLE parked_missing (
	row_id BLOB NOT NULL,
	batch BLOB NOT NULL,
	act INTEGER NOT NULL,
	CONSTRAINT pk_parked_missing PRIMARY KEY (row_id, batch, act)
)
 WITHOUT ROWID;

CREATE TABLE person (
	given_names TEXT NOT NULL,
	family_name TEXT NOT NULL,
	preferred_name TEXT,
	sex TEXT,
	birth_date DATE,
	birth_place TEXT,
	nationality TEXT,
	address TEXT,
	transport TEXT,
	distance_km BIGINT,
	meals TEXT,
	alias_of_id BLOB,
	synthetic BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person PRIMARY KEY (id),
	CONSTRAINT fk_person_alias_of_id FOREIGN KEY(alias_of_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_alias_of_id ON person (alias_of_id);

CREATE INDEX ix_person_birth_date ON person (birth_date);

CREATE INDEX ix_person_family_name ON person (family_name);

CREATE TABLE quarantine (
	id BLOB NOT NULL,
	site_id BLOB NOT NULL,
	reason VARCHAR(16) NOT NULL,
	received_at BIGINT NOT NULL,
	sha256 BLOB NOT NULL,
	body BLOB NOT NULL,
	exported_at BIGINT,
	shown_at BIGINT,
	decided_at BIGINT,
	decision VARCHAR(16) DEFAULT '' NOT NULL,
	CONSTRAINT pk_quarantine PRIMARY KEY (id)
);

CREATE TABLE row_clock (
	facet VARCHAR(80) NOT NULL,
	row_id BLOB NOT NULL,
	stamp BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	rank BIGINT NOT NULL,
	reopens INTEGER NOT NULL,
	user_id BLOB NOT NULL,
	seq BIGINT NOT NULL,
	version BIGINT NOT NULL,
	fields BLOB,
	CONSTRAINT pk_row_clock PRIMARY KEY (facet, row_id)
)
 WITHOUT ROWID;

CREATE TABLE sent_key (
	kind VARCHAR(16) NOT NULL,
	id BLOB NOT NULL,
	"to" BLOB NOT NULL,
	node_id BLOB NOT NULL,
	box BLOB NOT NULL,
	number INTEGER NOT NULL,
	CONSTRAINT pk_sent_key PRIMARY KEY (kind, id, "to")
);

CREATE INDEX ix_sent_key_node_id ON sent_key (node_id);

CREATE TABLE server (
	one INTEGER NOT NULL CONSTRAINT ck_server_one CHECK (one = 1),
	id BLOB NOT NULL,
	history BLOB NOT NULL,
	head BIGINT NOT NULL,
	clock BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	begun_after BIGINT NOT NULL,
	CONSTRAINT pk_server PRIMARY KEY (one)
);

CREATE TABLE set_aside (
	batch BLOB NOT NULL,
	op INTEGER NOT NULL,
	site BLOB NOT NULL,
	facet VARCHAR(80) NOT NULL,
	row_id BLOB NOT NULL,
	reason VARCHAR(40) NOT NULL,
	body BLOB NOT NULL,
	received_at BIGINT NOT NULL,
	CONSTRAINT pk_set_aside PRIMARY KEY (batch, op)
);

CREATE TABLE shown_key (
	kind VARCHAR(16) NOT NULL,
	id BLOB NOT NULL,
	site_id BLOB NOT NULL,
	node_id BLOB NOT NULL,
	public BLOB NOT NULL,
	number INTEGER NOT NULL,
	CONSTRAINT pk_shown_key PRIMARY KEY (kind, id)
);

CREATE INDEX ix_shown_key_node_id ON shown_key (node_id);

CREATE TABLE sight (
	table_name VARCHAR(64) NOT NULL,
	row_id BLOB NOT NULL,
	scope BLOB NOT NULL,
	reach SMALLINT NOT NULL,
	CONSTRAINT pk_sight PRIMARY KEY (table_name, row_id, scope)
)
 WITHOUT ROWID;

CREATE INDEX ix_sight_scope ON sight (scope, table_name, row_id);

CREATE TABLE site (
	id BLOB NOT NULL,
	name VARCHAR(120) NOT NULL,
	node_id BLOB NOT NULL,
	role VARCHAR(32) NOT NULL,
	classes TEXT NOT NULL,
	limit_days INTEGER NOT NULL,
	sign_key BLOB NOT NULL,
	box_key BLOB NOT NULL,
	standing BLOB NOT NULL,
	number INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	state_at BIGINT NOT NULL,
	joined_at BIGINT NOT NULL,
	seen_at BIGINT,
	phone_used INTEGER NOT NULL,
	changed_at BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_site PRIMARY KEY (id)
);

CREATE INDEX ix_site_node_id ON site (node_id);

CREATE UNIQUE INDEX ix_site_number ON site (number);

CREATE TABLE site_generation (
	site_id BLOB NOT NULL,
	generation INTEGER NOT NULL,
	actor BIGINT NOT NULL,
	nonces BLOB NOT NULL,
	hellos BLOB NOT NULL,
	said_at BIGINT NOT NULL,
	split BOOLEAN NOT NULL,
	told BIGINT DEFAULT '0' NOT NULL,
	opened_at BIGINT NOT NULL,
	seen_at BIGINT,
	CONSTRAINT pk_site_generation PRIMARY KEY (site_id, generation)
);

CREATE INDEX ix_site_generation_actor ON site_generation (actor);

CREATE TABLE snapshot (
	id BLOB NOT NULL,
	node BLOB NOT NULL,
	classes VARCHAR(120) NOT NULL,
	head BIGINT NOT NULL,
	tag BLOB NOT NULL,
	history BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	complete SMALLINT NOT NULL,
	CONSTRAINT pk_snapshot PRIMARY KEY (id)
);

CREATE TABLE snapshot_part (
	id BLOB NOT NULL,
	number INTEGER NOT NULL,
	sha256 BLOB NOT NULL,
	rows INTEGER NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_snapshot_part PRIMARY KEY (id, number)
);

CREATE TABLE subject (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	name_fr TEXT,
	name_es TEXT,
	level TEXT,
	position INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_subject PRIMARY KEY (id)
);

CREATE TABLE upload (
	id BLOB NOT NULL,
	site_id BLOB NOT NULL,
	purpose VARCHAR(16) NOT NULL,
	total BIGINT NOT NULL,
	sha256 BLOB NOT NULL,
	received BIGINT NOT NULL,
	began_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	CONSTRAINT pk_upload PRIMARY KEY (id)
);

CREATE INDEX ix_upload_seen_at ON upload (seen_at);

CREATE TABLE upload_part (
	upload_id BLOB NOT NULL,
	start BIGINT NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_upload_part PRIMARY KEY (upload_id, start)
);

CREATE TABLE assessment_scheme (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	scale_id BLOB NOT NULL,
	absent_policy TEXT NOT NULL,
	missing_policy TEXT NOT NULL,
	average_of TEXT NOT NULL,
	mark_places INTEGER NOT NULL,
	average_places INTEGER NOT NULL,
	rank_places INTEGER NOT NULL,
	ranking BOOLEAN NOT NULL,
	small_class INTEGER NOT NULL,
	pass_mark BIGINT NOT NULL,
	promotion_passes INTEGER,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_assessment_scheme PRIMARY KEY (id),
	CONSTRAINT fk_assessment_scheme_scale_id FOREIGN KEY(scale_id) REFERENCES grading_scale (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_assessment_scheme_scale_id ON assessment_scheme (scale_id);

CREATE TABLE custom_value (
	person_id BLOB NOT NULL,
	field_id BLOB NOT NULL,
	value TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_custom_value PRIMARY KEY (id),
	CONSTRAINT fk_custom_value_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_custom_value_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_custom_value_field_id ON custom_value (field_id);

CREATE INDEX ix_custom_value_person_id ON custom_value (person_id);

CREATE TABLE grade_band (
	scale_id BLOB NOT NULL,
	letter TEXT NOT NULL,
	lower BIGINT NOT NULL,
	points BIGINT,
	descriptor TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_grade_band PRIMARY KEY (id),
	CONSTRAINT fk_grade_band_scale_id FOREIGN KEY(scale_id) REFERENCES grading_scale (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_grade_band_scale_id ON grade_band (scale_id);

CREATE TABLE guardianship (
	student_id BLOB NOT NULL,
	guardian_id BLOB NOT NULL,
	relation TEXT NOT NULL,
	priority INTEGER NOT NULL,
	may_collect BOOLEAN NOT NULL,
	court_order BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_guardianship PRIMARY KEY (id),
	CONSTRAINT fk_guardianship_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_guardianship_guardian_id FOREIGN KEY(guardian_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_guardianship_guardian_id ON guardianship (guardian_id);

CREATE INDEX ix_guardianship_student_id ON guardianship (student_id);

CREATE TABLE health_note (
	person_id BLOB NOT NULL,
	sealed BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_health_note PRIMARY KEY (id),
	CONSTRAINT fk_health_note_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_health_note_person_id ON health_note (person_id);

CREATE TABLE health_record (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	sealed BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_health_record PRIMARY KEY (id),
	CONSTRAINT fk_health_record_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_health_record_person_id ON health_record (person_id);

CREATE TABLE institution (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	area_id BLOB,
	sector TEXT,
	kind TEXT,
	motto TEXT,
	address TEXT,
	phone TEXT,
	email TEXT,
	principal_name TEXT,
	crest BLOB,
	sex_policy TEXT,
	opened_on DATE,
	closed_on DATE,
	closing_reason TEXT,
	successor_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_institution PRIMARY KEY (id),
	CONSTRAINT fk_institution_successor_id FOREIGN KEY(successor_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_institution_area_id FOREIGN KEY(area_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_institution_area_id ON institution (area_id);

CREATE INDEX ix_institution_successor_id ON institution (successor_id);

CREATE TABLE person_address (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	lines TEXT NOT NULL,
	area_id BLOB,
	starts_on DATE,
	ends_on DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_address PRIMARY KEY (id),
	CONSTRAINT fk_person_address_area_id FOREIGN KEY(area_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_person_address_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_address_area_id ON person_address (area_id);

CREATE INDEX ix_person_address_person_id ON person_address (person_id);

CREATE TABLE person_contact (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL,
	label TEXT,
	priority INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_contact PRIMARY KEY (id),
	CONSTRAINT fk_person_contact_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_contact_person_id ON person_contact (person_id);

CREATE TABLE person_identity (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	country TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_identity PRIMARY KEY (id),
	CONSTRAINT fk_person_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_identity_number ON person_identity (number);

CREATE INDEX ix_person_identity_person_id ON person_identity (person_id);

CREATE TABLE person_note (
	person_id BLOB NOT NULL,
	written_on DATE NOT NULL,
	text TEXT NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_note PRIMARY KEY (id),
	CONSTRAINT fk_person_note_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_note_person_id ON person_note (person_id);

CREATE TABLE person_photo (
	person_id BLOB NOT NULL,
	image BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_photo PRIMARY KEY (id),
	CONSTRAINT fk_person_photo_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_person_photo_person_id ON person_photo (person_id);

CREATE TABLE qualification (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	body TEXT,
	year INTEGER,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_qualification PRIMARY KEY (id),
	CONSTRAINT fk_qualification_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_qualification_person_id ON qualification (person_id);

CREATE TABLE term (
	period_id BLOB NOT NULL,
	number INTEGER NOT NULL,
	name TEXT NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	next_begins_on DATE,
	marks_due_on DATE,
	weight BIGINT NOT NULL,
	state TEXT,
	state_reason TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_term PRIMARY KEY (id),
	CONSTRAINT fk_term_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_term_period_id ON term (period_id);

CREATE TABLE training (
	person_id BLOB NOT NULL,
	title TEXT NOT NULL,
	provider TEXT,
	starts_on DATE,
	ends_on DATE,
	hours BIGINT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_training PRIMARY KEY (id),
	CONSTRAINT fk_training_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_training_person_id ON training (person_id);

CREATE TABLE assessment_item (
	institution_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	part TEXT NOT NULL,
	maximum BIGINT NOT NULL,
	weight BIGINT NOT NULL,
	position INTEGER NOT NULL,
	due_on DATE,
	state TEXT NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_assessment_item PRIMARY KEY (id),
	CONSTRAINT fk_assessment_item_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_assessment_item_grade_id ON assessment_item (grade_id);

CREATE INDEX ix_assessment_item_institution_id ON assessment_item (institution_id);

CREATE INDEX ix_assessment_item_subject_id ON assessment_item (subject_id);

CREATE INDEX ix_assessment_item_term_id ON assessment_item (term_id);

CREATE TABLE attendance_month (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	month TEXT NOT NULL,
	session INTEGER NOT NULL,
	subject_id BLOB,
	d01 TEXT,
	d02 TEXT,
	d03 TEXT,
	d04 TEXT,
	d05 TEXT,
	d06 TEXT,
	d07 TEXT,
	d08 TEXT,
	d09 TEXT,
	d10 TEXT,
	d11 TEXT,
	d12 TEXT,
	d13 TEXT,
	d14 TEXT,
	d15 TEXT,
	d16 TEXT,
	d17 TEXT,
	d18 TEXT,
	d19 TEXT,
	d20 TEXT,
	d21 TEXT,
	d22 TEXT,
	d23 TEXT,
	d24 TEXT,
	d25 TEXT,
	d26 TEXT,
	d27 TEXT,
	d28 TEXT,
	d29 TEXT,
	d30 TEXT,
	d31 TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_attendance_month PRIMARY KEY (id),
	CONSTRAINT fk_attendance_month_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_month_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_month_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_attendance_month_school ON attendance_month (institution_id, month);

CREATE INDEX ix_attendance_month_student_id ON attendance_month (student_id);

CREATE TABLE attendance_total (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	term_id BLOB,
	possible INTEGER,
	absent INTEGER,
	excused INTEGER,
	late INTEGER,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_attendance_total PRIMARY KEY (id),
	CONSTRAINT fk_attendance_total_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_attendance_total_institution_id ON attendance_total (institution_id);

CREATE INDEX ix_attendance_total_period_id ON attendance_total (period_id);

CREATE INDEX ix_attendance_total_student_id ON attendance_total (student_id);

CREATE INDEX ix_attendance_total_term_id ON attendance_total (term_id);

CREATE TABLE calendar_day (
	institution_id BLOB,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	kind TEXT NOT NULL,
	sessions TEXT,
	label TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_calendar_day PRIMARY KEY (id),
	CONSTRAINT fk_calendar_day_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_calendar_day_institution_id ON calendar_day (institution_id);

CREATE TABLE conduct_rating (
	student_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	trait TEXT NOT NULL,
	level INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_conduct_rating PRIMARY KEY (id),
	CONSTRAINT fk_conduct_rating_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_conduct_rating_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_conduct_rating_student_id ON conduct_rating (student_id);

CREATE INDEX ix_conduct_rating_term_id ON conduct_rating (term_id);

CREATE TABLE incident (
	institution_id BLOB NOT NULL,
	happened_on DATE NOT NULL,
	category TEXT NOT NULL,
	classification TEXT NOT NULL,
	summary TEXT NOT NULL,
	place TEXT,
	reported_by_id BLOB,
	closed_on DATE,
	account TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident PRIMARY KEY (id),
	CONSTRAINT fk_incident_reported_by_id FOREIGN KEY(reported_by_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_incident_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_incident_institution_id ON incident (institution_id);

CREATE INDEX ix_incident_reported_by_id ON incident (reported_by_id);

CREATE TABLE issued_paper (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	issue INTEGER NOT NULL,
	replaces_id BLOB,
	issued_on DATE NOT NULL,
	issued_by TEXT NOT NULL,
	language TEXT NOT NULL,
	check_code TEXT NOT NULL,
	fingerprint BLOB NOT NULL,
	content BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_issued_paper PRIMARY KEY (id),
	CONSTRAINT fk_issued_paper_replaces_id FOREIGN KEY(replaces_id) REFERENCES issued_paper (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_issued_paper_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_issued_paper_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_issued_paper_institution_id ON issued_paper (institution_id);

CREATE INDEX ix_issued_paper_number ON issued_paper (number);

CREATE INDEX ix_issued_paper_student_id ON issued_paper (student_id);

CREATE TABLE option_block (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	name TEXT NOT NULL,
	position INTEGER NOT NULL,
	choose_min INTEGER NOT NULL,
	choose_max INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_option_block PRIMARY KEY (id),
	CONSTRAINT fk_option_block_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_option_block_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_option_block_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_option_block_grade_id ON option_block (grade_id);

CREATE INDEX ix_option_block_institution_id ON option_block (institution_id);

CREATE INDEX ix_option_block_period_id ON option_block (period_id);

CREATE TABLE pupil_group (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	name TEXT NOT NULL,
	subject_id BLOB,
	teacher_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_pupil_group PRIMARY KEY (id),
	CONSTRAINT fk_pupil_group_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_teacher_id FOREIGN KEY(teacher_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_pupil_group_institution_id ON pupil_group (institution_id);

CREATE INDEX ix_pupil_group_period_id ON pupil_group (period_id);

CREATE INDEX ix_pupil_group_subject_id ON pupil_group (subject_id);

CREATE INDEX ix_pupil_group_teacher_id ON pupil_group (teacher_id);

CREATE TABLE scheme_use (
	scheme_id BLOB NOT NULL,
	institution_id BLOB,
	grade_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_scheme_use PRIMARY KEY (id),
	CONSTRAINT fk_scheme_use_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_scheme_use_scheme_id FOREIGN KEY(scheme_id) REFERENCES assessment_scheme (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_scheme_use_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_scheme_use_grade_id ON scheme_use (grade_id);

CREATE INDEX ix_scheme_use_institution_id ON scheme_use (institution_id);

CREATE INDEX ix_scheme_use_scheme_id ON scheme_use (scheme_id);

CREATE TABLE school_class (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	name TEXT NOT NULL,
	teacher_id BLOB,
	capacity INTEGER,
	shift TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_school_class PRIMARY KEY (id),
	CONSTRAINT fk_school_class_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_school_class_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_school_class_teacher_id FOREIGN KEY(teacher_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_school_class_institution_id ON school_class (institution_id);

CREATE INDEX ix_school_class_period_id ON school_class (period_id);

CREATE INDEX ix_school_class_teacher_id ON school_class (teacher_id);

CREATE TABLE setting (
	institution_id BLOB,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_setting PRIMARY KEY (id),
	CONSTRAINT fk_setting_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_setting_institution_id ON setting (institution_id);

CREATE TABLE staff_position (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	role TEXT NOT NULL,
	starts_on DATE,
	ends_on DATE,
	employment TEXT,
	end_reason TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_staff_position PRIMARY KEY (id),
	CONSTRAINT fk_staff_position_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_staff_position_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_staff_position_institution_id ON staff_position (institution_id);

CREATE INDEX ix_staff_position_person_id ON staff_position (person_id);

CREATE TABLE subject_remark (
	student_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	comment TEXT,
	effort TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_subject_remark PRIMARY KEY (id),
	CONSTRAINT fk_subject_remark_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_remark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_remark_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_subject_remark_student_id ON subject_remark (student_id);

CREATE INDEX ix_subject_remark_subject_id ON subject_remark (subject_id);

CREATE INDEX ix_subject_remark_term_id ON subject_remark (term_id);

CREATE TABLE term_remark (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	class_teacher TEXT,
	principal TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_term_remark PRIMARY KEY (id),
	CONSTRAINT fk_term_remark_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_term_remark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_term_remark_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_term_remark_institution_id ON term_remark (institution_id);

CREATE INDEX ix_term_remark_student_id ON term_remark (student_id);

CREATE INDEX ix_term_remark_term_id ON term_remark (term_id);

CREATE TABLE textbook (
	institution_id BLOB NOT NULL,
	title TEXT NOT NULL,
	subject_id BLOB,
	grade_id BLOB,
	copies INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_textbook PRIMARY KEY (id),
	CONSTRAINT fk_textbook_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_textbook_grade_id ON textbook (grade_id);

CREATE INDEX ix_textbook_institution_id ON textbook (institution_id);

CREATE INDEX ix_textbook_subject_id ON textbook (subject_id);

CREATE TABLE user (
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	institution_id BLOB,
	role_proof BLOB,
	person_id BLOB,
	ended_at BIGINT,
	password_set_at BIGINT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_user PRIMARY KEY (id),
	CONSTRAINT fk_user_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_user_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_user_institution_id ON user (institution_id);

CREATE INDEX ix_user_person_id ON user (person_id);

CREATE TABLE class_grade (
	class_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_class_grade PRIMARY KEY (id),
	CONSTRAINT fk_class_grade_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_grade_class_id FOREIGN KEY(class_id) REFERENCES school_class (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_class_grade_class_id ON class_grade (class_id);

CREATE INDEX ix_class_grade_grade_id ON class_grade (grade_id);

CREATE TABLE class_subject (
	class_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	teacher_id BLOB,
	position INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_class_subject PRIMARY KEY (id),
	CONSTRAINT fk_class_subject_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_subject_class_id FOREIGN KEY(class_id) REFERENCES school_class (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_subject_teacher_id FOREIGN KEY(teacher_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_class_subject_class_id ON class_subject (class_id);

CREATE INDEX ix_class_subject_subject_id ON class_subject (subject_id);

CREATE INDEX ix_class_subject_teacher_id ON class_subject (teacher_id);

CREATE TABLE enrolment (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE,
	standing TEXT NOT NULL,
	outcome TEXT,
	exit TEXT,
	exit_reason TEXT,
	repeater BOOLEAN NOT NULL,
	previous_id BLOB,
	destination_id BLOB,
	entry TEXT,
	override_reason TEXT,
	approval TEXT,
	approved_by_id BLOB,
	approved_on DATE,
	outcome_reason TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_enrolment PRIMARY KEY (id),
	CONSTRAINT fk_enrolment_previous_id FOREIGN KEY(previous_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_destination_id FOREIGN KEY(destination_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_enrolment_approved_by_id ON enrolment (approved_by_id);

CREATE INDEX ix_enrolment_destination_id ON enrolment (destination_id);

CREATE INDEX ix_enrolment_grade_id ON enrolment (grade_id);

CREATE INDEX ix_enrolment_institution_id ON enrolment (institution_id);

CREATE INDEX ix_enrolment_period_id ON enrolment (period_id);

CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);

CREATE INDEX ix_enrolment_previous_id ON enrolment (previous_id);

CREATE TABLE incident_file (
	incident_id BLOB NOT NULL,
	name TEXT NOT NULL,
	content BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident_file PRIMARY KEY (id),
	CONSTRAINT fk_incident_file_incident_id FOREIGN KEY(incident_id) REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_incident_file_incident_id ON incident_file (incident_id);

CREATE TABLE incident_person (
	incident_id BLOB NOT NULL,
	person_id BLOB NOT NULL,
	part TEXT NOT NULL,
	action TEXT,
	action_from DATE,
	action_until DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident_person PRIMARY KEY (id),
	CONSTRAINT fk_incident_person_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_incident_person_incident_id FOREIGN KEY(incident_id) REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_incident_person_incident_id ON incident_person (incident_id);

CREATE INDEX ix_incident_person_person_id ON incident_person (person_id);

CREATE TABLE incident_step (
	incident_id BLOB NOT NULL,
	kind TEXT NOT NULL,
	due_on DATE,
	done_on DATE,
	note TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident_step PRIMARY KEY (id),
	CONSTRAINT fk_incident_step_incident_id FOREIGN KEY(incident_id) REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_incident_step_incident_id ON incident_step (incident_id);

CREATE TABLE mark (
	student_id BLOB NOT NULL,
	item_id BLOB NOT NULL,
	state TEXT NOT NULL,
	value BIGINT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_mark PRIMARY KEY (id),
	CONSTRAINT fk_mark_item_id FOREIGN KEY(item_id) REFERENCES assessment_item (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_mark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_mark_item_id ON mark (item_id);

CREATE INDEX ix_mark_student_id ON mark (student_id);

CREATE TABLE option_subject (
	block_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	places INTEGER,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_option_subject PRIMARY KEY (id),
	CONSTRAINT fk_option_subject_block_id FOREIGN KEY(block_id) REFERENCES option_block (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_option_subject_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_option_subject_block_id ON option_subject (block_id);

CREATE INDEX ix_option_subject_subject_id ON option_subject (subject_id);

CREATE TABLE proposal (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	field_name TEXT NOT NULL,
	value TEXT,
	source TEXT NOT NULL,
	said_by TEXT,
	received_on DATE NOT NULL,
	batch BLOB,
	decided_on DATE,
	decided_by_id BLOB,
	decision TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_proposal PRIMARY KEY (id),
	CONSTRAINT fk_proposal_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_proposal_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_proposal_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_proposal_decided_by_id ON proposal (decided_by_id);

CREATE INDEX ix_proposal_institution_id ON proposal (institution_id);

CREATE INDEX ix_proposal_person_id ON proposal (person_id);

CREATE TABLE textbook_loan (
	textbook_id BLOB NOT NULL,
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	copy TEXT,
	lent_on DATE NOT NULL,
	due_on DATE,
	returned_on DATE,
	state TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_textbook_loan PRIMARY KEY (id),
	CONSTRAINT fk_textbook_loan_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_loan_textbook_id FOREIGN KEY(textbook_id) REFERENCES textbook (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_loan_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_textbook_loan_institution_id ON textbook_loan (institution_id);

CREATE INDEX ix_textbook_loan_student_id ON textbook_loan (student_id);

CREATE INDEX ix_textbook_loan_textbook_id ON textbook_loan (textbook_id);

CREATE TABLE class_pupil (
	class_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	starts_on DATE,
	ends_on DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_class_pupil PRIMARY KEY (id),
	CONSTRAINT fk_class_pupil_class_id FOREIGN KEY(class_id) REFERENCES school_class (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_pupil_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_class_pupil_class_id ON class_pupil (class_id);

CREATE INDEX ix_class_pupil_enrolment_id ON class_pupil (enrolment_id);

CREATE TABLE pupil_group_member (
	group_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_pupil_group_member PRIMARY KEY (id),
	CONSTRAINT fk_pupil_group_member_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_member_group_id FOREIGN KEY(group_id) REFERENCES pupil_group (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_pupil_group_member_enrolment_id ON pupil_group_member (enrolment_id);

CREATE INDEX ix_pupil_group_member_group_id ON pupil_group_member (group_id);

CREATE TABLE report_card (
	student_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	number TEXT NOT NULL,
	issue INTEGER NOT NULL,
	replaces_id BLOB,
	issued_on DATE NOT NULL,
	issued_by TEXT NOT NULL,
	language TEXT NOT NULL,
	check_code TEXT NOT NULL,
	fingerprint BLOB NOT NULL,
	content BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_report_card PRIMARY KEY (id),
	CONSTRAINT fk_report_card_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_replaces_id FOREIGN KEY(replaces_id) REFERENCES report_card (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_report_card_enrolment_id ON report_card (enrolment_id);

CREATE INDEX ix_report_card_number ON report_card (number);

CREATE INDEX ix_report_card_student_id ON report_card (student_id);

CREATE INDEX ix_report_card_term_id ON report_card (term_id);

CREATE TABLE subject_choice (
	enrolment_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	block_id BLOB,
	taken BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_subject_choice PRIMARY KEY (id),
	CONSTRAINT fk_subject_choice_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_choice_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_choice_block_id FOREIGN KEY(block_id) REFERENCES option_block (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_subject_choice_block_id ON subject_choice (block_id);

CREATE INDEX ix_subject_choice_enrolment_id ON subject_choice (enrolment_id);

CREATE INDEX ix_subject_choice_subject_id ON subject_choice (subject_id);

CREATE TABLE suspension (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE,
	reason TEXT NOT NULL,
	note TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_suspension PRIMARY KEY (id),
	CONSTRAINT fk_suspension_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_suspension_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_suspension_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_suspension_enrolment_id ON suspension (enrolment_id);

CREATE INDEX ix_suspension_institution_id ON suspension (institution_id);

CREATE INDEX ix_suspension_student_id ON suspension (student_id);

