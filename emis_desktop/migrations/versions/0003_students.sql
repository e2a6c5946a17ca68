CREATE TABLE attendance_month (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	month VARCHAR(7) NOT NULL,
	session INTEGER NOT NULL,
	subject_id BLOB,
	d01 VARCHAR(12),
	d02 VARCHAR(12),
	d03 VARCHAR(12),
	d04 VARCHAR(12),
	d05 VARCHAR(12),
	d06 VARCHAR(12),
	d07 VARCHAR(12),
	d08 VARCHAR(12),
	d09 VARCHAR(12),
	d10 VARCHAR(12),
	d11 VARCHAR(12),
	d12 VARCHAR(12),
	d13 VARCHAR(12),
	d14 VARCHAR(12),
	d15 VARCHAR(12),
	d16 VARCHAR(12),
	d17 VARCHAR(12),
	d18 VARCHAR(12),
	d19 VARCHAR(12),
	d20 VARCHAR(12),
	d21 VARCHAR(12),
	d22 VARCHAR(12),
	d23 VARCHAR(12),
	d24 VARCHAR(12),
	d25 VARCHAR(12),
	d26 VARCHAR(12),
	d27 VARCHAR(12),
	d28 VARCHAR(12),
	d29 VARCHAR(12),
	d30 VARCHAR(12),
	d31 VARCHAR(12),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_attendance_month PRIMARY KEY (id),
	CONSTRAINT fk_attendance_month_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_month_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_month_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_attendance_month_school ON attendance_month (institution_id, month);
CREATE INDEX ix_attendance_month_student_id ON attendance_month (student_id);
CREATE TABLE calendar_day (
	institution_id BLOB,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	kind VARCHAR(12) NOT NULL,
	sessions VARCHAR(16),
	label VARCHAR(120),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_calendar_day PRIMARY KEY (id),
	CONSTRAINT fk_calendar_day_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_calendar_day_institution_id ON calendar_day (institution_id);
CREATE TABLE custom_field (
	code VARCHAR(32) NOT NULL,
	label VARCHAR(80) NOT NULL,
	label_fr VARCHAR(80),
	label_es VARCHAR(80),
	of_what VARCHAR(12) NOT NULL,
	kind VARCHAR(12) NOT NULL,
	choices TEXT,
	position INTEGER NOT NULL,
	required BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_custom_field PRIMARY KEY (id)
);
CREATE TABLE custom_value (
	person_id BLOB NOT NULL,
	field_id BLOB NOT NULL,
	value TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_custom_value PRIMARY KEY (id),
	CONSTRAINT fk_custom_value_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_custom_value_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_custom_value_field_id ON custom_value (field_id);
CREATE INDEX ix_custom_value_person_id ON custom_value (person_id);
CREATE TABLE health_record (
	person_id BLOB NOT NULL,
	kind VARCHAR(16) NOT NULL,
	sealed BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_health_record PRIMARY KEY (id),
	CONSTRAINT fk_health_record_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_health_record_person_id ON health_record (person_id);
CREATE TABLE number_block (
	seq INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	first BIGINT NOT NULL,
	last BIGINT NOT NULL,
	next BIGINT NOT NULL,
	generation INTEGER NOT NULL,
	leased_at BIGINT NOT NULL,
	CONSTRAINT pk_number_block PRIMARY KEY (seq)
);
CREATE TABLE import_mapping (
	kind VARCHAR(24) NOT NULL,
	headings BLOB NOT NULL,
	mapping TEXT NOT NULL,
	used_at BIGINT NOT NULL,
	CONSTRAINT pk_import_mapping PRIMARY KEY (kind, headings)
)
 WITHOUT ROWID;
CREATE TABLE import_run (
	seq INTEGER NOT NULL,
	at BIGINT NOT NULL,
	kind VARCHAR(24) NOT NULL,
	file_name VARCHAR(200) NOT NULL,
	sha256 BLOB NOT NULL,
	first_act BIGINT NOT NULL,
	last_act BIGINT NOT NULL,
	rows INTEGER NOT NULL,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	reversed_act BIGINT,
	CONSTRAINT pk_import_run PRIMARY KEY (seq)
);
CREATE TABLE incident (
	institution_id BLOB NOT NULL,
	happened_on DATE NOT NULL,
	category VARCHAR(40) NOT NULL,
	classification VARCHAR(24) NOT NULL,
	summary VARCHAR(200) NOT NULL,
	place VARCHAR(80),
	reported_by_id BLOB,
	closed_on DATE,
	account TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident PRIMARY KEY (id),
	CONSTRAINT fk_incident_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_incident_reported_by_id FOREIGN KEY(reported_by_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_incident_institution_id ON incident (institution_id);
CREATE INDEX ix_incident_reported_by_id ON incident (reported_by_id);
CREATE TABLE incident_file (
	incident_id BLOB NOT NULL,
	name VARCHAR(120) NOT NULL,
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
	part VARCHAR(16) NOT NULL,
	action VARCHAR(40),
	action_from DATE,
	action_until DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident_person PRIMARY KEY (id),
	CONSTRAINT fk_incident_person_incident_id FOREIGN KEY(incident_id) REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_incident_person_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_incident_person_incident_id ON incident_person (incident_id);
CREATE INDEX ix_incident_person_person_id ON incident_person (person_id);
CREATE TABLE incident_step (
	incident_id BLOB NOT NULL,
	kind VARCHAR(24) NOT NULL,
	due_on DATE,
	done_on DATE,
	note TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_incident_step PRIMARY KEY (id),
	CONSTRAINT fk_incident_step_incident_id FOREIGN KEY(incident_id) REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_incident_step_incident_id ON incident_step (incident_id);
CREATE TABLE issued_paper (
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	kind VARCHAR(24) NOT NULL,
	number VARCHAR(40) NOT NULL,
	issue INTEGER NOT NULL,
	replaces_id BLOB,
	issued_on DATE NOT NULL,
	issued_by VARCHAR(120) NOT NULL,
	language VARCHAR(8) NOT NULL,
	check_code VARCHAR(16) NOT NULL,
	fingerprint BLOB NOT NULL,
	content BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_issued_paper PRIMARY KEY (id),
	CONSTRAINT fk_issued_paper_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_issued_paper_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_issued_paper_replaces_id FOREIGN KEY(replaces_id) REFERENCES issued_paper (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_issued_paper_institution_id ON issued_paper (institution_id);
CREATE INDEX ix_issued_paper_number ON issued_paper (number);
CREATE INDEX ix_issued_paper_student_id ON issued_paper (student_id);
CREATE TABLE option_block (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	name VARCHAR(80) NOT NULL,
	position INTEGER NOT NULL,
	choose_min INTEGER NOT NULL,
	choose_max INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_option_block PRIMARY KEY (id),
	CONSTRAINT fk_option_block_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_option_block_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_option_block_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_option_block_grade_id ON option_block (grade_id);
CREATE INDEX ix_option_block_institution_id ON option_block (institution_id);
CREATE INDEX ix_option_block_period_id ON option_block (period_id);
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
CREATE TABLE person_address (
	person_id BLOB NOT NULL,
	kind VARCHAR(16) NOT NULL,
	lines VARCHAR(200) NOT NULL,
	area_id BLOB,
	starts_on DATE,
	ends_on DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_address PRIMARY KEY (id),
	CONSTRAINT fk_person_address_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_person_address_area_id FOREIGN KEY(area_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_person_address_area_id ON person_address (area_id);
CREATE INDEX ix_person_address_person_id ON person_address (person_id);
CREATE TABLE proposal (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	field_name VARCHAR(40) NOT NULL,
	value TEXT,
	source VARCHAR(24) NOT NULL,
	said_by VARCHAR(120),
	received_on DATE NOT NULL,
	batch BLOB,
	decided_on DATE,
	decided_by_id BLOB,
	decision VARCHAR(12),
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
CREATE TABLE pupil_group (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	name VARCHAR(80) NOT NULL,
	subject_id BLOB,
	teacher_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_pupil_group PRIMARY KEY (id),
	CONSTRAINT fk_pupil_group_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_teacher_id FOREIGN KEY(teacher_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_pupil_group_institution_id ON pupil_group (institution_id);
CREATE INDEX ix_pupil_group_period_id ON pupil_group (period_id);
CREATE INDEX ix_pupil_group_subject_id ON pupil_group (subject_id);
CREATE INDEX ix_pupil_group_teacher_id ON pupil_group (teacher_id);
CREATE TABLE pupil_group_member (
	group_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_pupil_group_member PRIMARY KEY (id),
	CONSTRAINT fk_pupil_group_member_group_id FOREIGN KEY(group_id) REFERENCES pupil_group (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_pupil_group_member_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_pupil_group_member_enrolment_id ON pupil_group_member (enrolment_id);
CREATE INDEX ix_pupil_group_member_group_id ON pupil_group_member (group_id);
CREATE TABLE qualification (
	person_id BLOB NOT NULL,
	kind VARCHAR(24) NOT NULL,
	title VARCHAR(120) NOT NULL,
	body VARCHAR(120),
	year INTEGER,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_qualification PRIMARY KEY (id),
	CONSTRAINT fk_qualification_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_qualification_person_id ON qualification (person_id);
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
	reason VARCHAR(40) NOT NULL,
	note TEXT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_suspension PRIMARY KEY (id),
	CONSTRAINT fk_suspension_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_suspension_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_suspension_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_suspension_enrolment_id ON suspension (enrolment_id);
CREATE INDEX ix_suspension_institution_id ON suspension (institution_id);
CREATE INDEX ix_suspension_student_id ON suspension (student_id);
CREATE TABLE textbook (
	institution_id BLOB NOT NULL,
	title VARCHAR(160) NOT NULL,
	subject_id BLOB,
	grade_id BLOB,
	copies INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_textbook PRIMARY KEY (id),
	CONSTRAINT fk_textbook_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_textbook_grade_id ON textbook (grade_id);
CREATE INDEX ix_textbook_institution_id ON textbook (institution_id);
CREATE INDEX ix_textbook_subject_id ON textbook (subject_id);
CREATE TABLE textbook_loan (
	textbook_id BLOB NOT NULL,
	student_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	copy VARCHAR(24),
	lent_on DATE NOT NULL,
	due_on DATE,
	returned_on DATE,
	state VARCHAR(12),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_textbook_loan PRIMARY KEY (id),
	CONSTRAINT fk_textbook_loan_textbook_id FOREIGN KEY(textbook_id) REFERENCES textbook (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_loan_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_textbook_loan_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_textbook_loan_institution_id ON textbook_loan (institution_id);
CREATE INDEX ix_textbook_loan_student_id ON textbook_loan (student_id);
CREATE INDEX ix_textbook_loan_textbook_id ON textbook_loan (textbook_id);
CREATE TABLE training (
	person_id BLOB NOT NULL,
	title VARCHAR(120) NOT NULL,
	provider VARCHAR(120),
	starts_on DATE,
	ends_on DATE,
	hours BIGINT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_training PRIMARY KEY (id),
	CONSTRAINT fk_training_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_training_person_id ON training (person_id);
CREATE TABLE kept AS SELECT * FROM academic_period;
DROP TABLE academic_period;
CREATE TABLE academic_period (
	code VARCHAR(16) NOT NULL,
	label VARCHAR(32) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	state VARCHAR(8),
	state_reason VARCHAR(200),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_academic_period PRIMARY KEY (id)
);
INSERT INTO academic_period ("code", "label", "starts_on", "ends_on", "id", "deleted_at") SELECT "code", "label", "starts_on", "ends_on", "id", "deleted_at" FROM kept;
DROP TABLE kept;
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
	entry VARCHAR(16),
	override_reason VARCHAR(200),
	approval VARCHAR(12),
	approved_by_id BLOB,
	approved_on DATE,
	outcome_reason VARCHAR(200),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_enrolment PRIMARY KEY (id),
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_previous_id FOREIGN KEY(previous_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_destination_id FOREIGN KEY(destination_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_enrolment_approved_by_id ON enrolment (approved_by_id);
CREATE INDEX ix_enrolment_destination_id ON enrolment (destination_id);
CREATE INDEX ix_enrolment_grade_id ON enrolment (grade_id);
CREATE INDEX ix_enrolment_institution_id ON enrolment (institution_id);
CREATE INDEX ix_enrolment_period_id ON enrolment (period_id);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
CREATE INDEX ix_enrolment_previous_id ON enrolment (previous_id);
INSERT INTO enrolment ("person_id", "institution_id", "period_id", "grade_id", "starts_on", "ends_on", "standing", "outcome", "exit", "exit_reason", "repeater", "previous_id", "destination_id", "id", "deleted_at") SELECT "person_id", "institution_id", "period_id", "grade_id", "starts_on", "ends_on", "standing", "outcome", "exit", "exit_reason", "repeater", "previous_id", "destination_id", "id", "deleted_at" FROM kept;
DROP TABLE kept;
CREATE TABLE kept AS SELECT * FROM institution;
DROP TABLE institution;
CREATE TABLE institution (
	code VARCHAR(32) NOT NULL,
	name VARCHAR(160) NOT NULL,
	area_id BLOB,
	sector VARCHAR(32),
	kind VARCHAR(32),
	motto VARCHAR(200),
	address VARCHAR(200),
	phone VARCHAR(40),
	email VARCHAR(120),
	principal_name VARCHAR(120),
	crest BLOB,
	sex_policy VARCHAR(8),
	opened_on DATE,
	closed_on DATE,
	closing_reason VARCHAR(40),
	successor_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_institution PRIMARY KEY (id),
	CONSTRAINT fk_institution_area_id FOREIGN KEY(area_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_institution_successor_id FOREIGN KEY(successor_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_institution_area_id ON institution (area_id);
CREATE INDEX ix_institution_successor_id ON institution (successor_id);
INSERT INTO institution ("code", "name", "area_id", "sector", "kind", "motto", "address", "phone", "email", "principal_name", "crest", "id", "deleted_at") SELECT "code", "name", "area_id", "sector", "kind", "motto", "address", "phone", "email", "principal_name", "crest", "id", "deleted_at" FROM kept;
DROP TABLE kept;
CREATE TABLE kept AS SELECT * FROM person;
DROP TABLE person;
CREATE TABLE person (
	given_names VARCHAR(120) NOT NULL,
	family_name VARCHAR(120) NOT NULL,
	preferred_name VARCHAR(120),
	sex VARCHAR(1),
	birth_date DATE,
	birth_place VARCHAR(120),
	nationality VARCHAR(3),
	address VARCHAR(200),
	transport VARCHAR(120),
	distance_km BIGINT,
	meals VARCHAR(16),
	alias_of_id BLOB,
	synthetic BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person PRIMARY KEY (id),
	CONSTRAINT fk_person_alias_of_id FOREIGN KEY(alias_of_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_person_alias_of_id ON person (alias_of_id);
INSERT INTO person ("given_names", "family_name", "preferred_name", "sex", "birth_date", "birth_place", "nationality", "address", "transport", "alias_of_id", "synthetic", "id", "deleted_at") SELECT "given_names", "family_name", "preferred_name", "sex", "birth_date", "birth_place", "nationality", "address", "transport", "alias_of_id", "synthetic", "id", "deleted_at" FROM kept;
DROP TABLE kept;
CREATE TABLE kept AS SELECT * FROM school_class;
DROP TABLE school_class;
CREATE TABLE school_class (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	name VARCHAR(80) NOT NULL,
	teacher_id BLOB,
	capacity INTEGER,
	shift VARCHAR(24),
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
INSERT INTO school_class ("institution_id", "period_id", "name", "teacher_id", "capacity", "id", "deleted_at") SELECT "institution_id", "period_id", "name", "teacher_id", "capacity", "id", "deleted_at" FROM kept;
DROP TABLE kept;
CREATE TABLE kept AS SELECT * FROM staff_position;
DROP TABLE staff_position;
CREATE TABLE staff_position (
	person_id BLOB NOT NULL,
	institution_id BLOB NOT NULL,
	role VARCHAR(40) NOT NULL,
	starts_on DATE,
	ends_on DATE,
	employment VARCHAR(16),
	end_reason VARCHAR(40),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_staff_position PRIMARY KEY (id),
	CONSTRAINT fk_staff_position_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_staff_position_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_staff_position_institution_id ON staff_position (institution_id);
CREATE INDEX ix_staff_position_person_id ON staff_position (person_id);
INSERT INTO staff_position ("person_id", "institution_id", "role", "starts_on", "ends_on", "id", "deleted_at") SELECT "person_id", "institution_id", "role", "starts_on", "ends_on", "id", "deleted_at" FROM kept;
DROP TABLE kept;
CREATE TABLE kept AS SELECT * FROM term;
DROP TABLE term;
CREATE TABLE term (
	period_id BLOB NOT NULL,
	number INTEGER NOT NULL,
	name VARCHAR(60) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	next_begins_on DATE,
	marks_due_on DATE,
	weight BIGINT NOT NULL,
	state VARCHAR(8),
	state_reason VARCHAR(200),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_term PRIMARY KEY (id),
	CONSTRAINT fk_term_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_term_period_id ON term (period_id);
INSERT INTO term ("period_id", "number", "name", "starts_on", "ends_on", "next_begins_on", "marks_due_on", "weight", "id", "deleted_at") SELECT "period_id", "number", "name", "starts_on", "ends_on", "next_begins_on", "marks_due_on", "weight", "id", "deleted_at" FROM kept;
DROP TABLE kept;
