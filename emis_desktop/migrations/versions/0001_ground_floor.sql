CREATE TABLE academic_period (
	code VARCHAR(16) NOT NULL,
	label VARCHAR(32) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_academic_period PRIMARY KEY (id)
);
CREATE TABLE act (
	seq INTEGER NOT NULL,
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	verb VARCHAR(40) NOT NULL,
	clock BIGINT NOT NULL,
	first_change BIGINT NOT NULL,
	last_change BIGINT,
	about_table VARCHAR(40),
	about_id BLOB,
	undoes INTEGER,
	salt BLOB,
	payload BLOB,
	digest BLOB,
	CONSTRAINT pk_act PRIMARY KEY (seq),
	CONSTRAINT fk_act_undoes FOREIGN KEY(undoes) REFERENCES act (seq)
);
CREATE INDEX ix_act_undoes ON act (undoes);
CREATE INDEX ix_act_user_id ON act (user_id);
CREATE TABLE area (
	code VARCHAR(32) NOT NULL,
	name VARCHAR(120) NOT NULL,
	level VARCHAR(24) NOT NULL,
	parent_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_area PRIMARY KEY (id),
	CONSTRAINT fk_area_parent_id FOREIGN KEY(parent_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_area_parent_id ON area (parent_id);
CREATE TABLE capture_context (
	one INTEGER NOT NULL,
	act INTEGER,
	muted BOOLEAN NOT NULL,
	received BIGINT NOT NULL,
	CONSTRAINT pk_capture_context PRIMARY KEY (one),
	CONSTRAINT ck_capture_context_one CHECK (one = 1)
);
CREATE TABLE education_grade (
	code VARCHAR(16) NOT NULL,
	name VARCHAR(60) NOT NULL,
	level VARCHAR(24) NOT NULL,
	isced VARCHAR(8),
	position INTEGER NOT NULL,
	official_age INTEGER,
	valid_from DATE,
	valid_to DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_education_grade PRIMARY KEY (id)
);
CREATE TABLE grading_scale (
	code VARCHAR(32) NOT NULL,
	name VARCHAR(80) NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_grading_scale PRIMARY KEY (id)
);
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
	alias_of_id BLOB,
	synthetic BOOLEAN NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person PRIMARY KEY (id),
	CONSTRAINT fk_person_alias_of_id FOREIGN KEY(alias_of_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_person_alias_of_id ON person (alias_of_id);
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
	CONSTRAINT pk_site PRIMARY KEY (one),
	CONSTRAINT ck_site_one CHECK (one = 1)
);
CREATE TABLE subject (
	code VARCHAR(32) NOT NULL,
	name VARCHAR(120) NOT NULL,
	name_fr VARCHAR(120),
	name_es VARCHAR(120),
	level VARCHAR(24),
	position INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_subject PRIMARY KEY (id)
);
CREATE TABLE assessment_scheme (
	code VARCHAR(32) NOT NULL,
	name VARCHAR(80) NOT NULL,
	scale_id BLOB NOT NULL,
	absent_policy VARCHAR(16) NOT NULL,
	missing_policy VARCHAR(16) NOT NULL,
	average_of VARCHAR(16) NOT NULL,
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
CREATE TABLE change (
	seq INTEGER NOT NULL,
	act INTEGER NOT NULL,
	table_name VARCHAR(40) NOT NULL,
	row_id BLOB NOT NULL,
	field VARCHAR(40),
	"before" BLOB,
	"after" BLOB,
	CONSTRAINT pk_change PRIMARY KEY (seq),
	CONSTRAINT fk_change_act FOREIGN KEY(act) REFERENCES act (seq)
);
CREATE INDEX ix_change_row ON change (table_name, row_id);
CREATE TABLE grade_band (
	scale_id BLOB NOT NULL,
	letter VARCHAR(16) NOT NULL,
	lower BIGINT NOT NULL,
	points BIGINT,
	descriptor VARCHAR(80),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_grade_band PRIMARY KEY (id),
	CONSTRAINT fk_grade_band_scale_id FOREIGN KEY(scale_id) REFERENCES grading_scale (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_grade_band_scale_id ON grade_band (scale_id);
CREATE TABLE guardianship (
	student_id BLOB NOT NULL,
	guardian_id BLOB NOT NULL,
	relation VARCHAR(32) NOT NULL,
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
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_institution PRIMARY KEY (id),
	CONSTRAINT fk_institution_area_id FOREIGN KEY(area_id) REFERENCES area (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_institution_area_id ON institution (area_id);
CREATE TABLE person_contact (
	person_id BLOB NOT NULL,
	kind VARCHAR(16) NOT NULL,
	value VARCHAR(120) NOT NULL,
	label VARCHAR(40),
	priority INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_person_contact PRIMARY KEY (id),
	CONSTRAINT fk_person_contact_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_person_contact_person_id ON person_contact (person_id);
CREATE TABLE person_identity (
	person_id BLOB NOT NULL,
	kind VARCHAR(32) NOT NULL,
	number VARCHAR(40) NOT NULL,
	country VARCHAR(3),
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
CREATE TABLE term (
	period_id BLOB NOT NULL,
	number INTEGER NOT NULL,
	name VARCHAR(60) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	next_begins_on DATE,
	marks_due_on DATE,
	weight BIGINT NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_term PRIMARY KEY (id),
	CONSTRAINT fk_term_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_term_period_id ON term (period_id);
CREATE TABLE assessment_item (
	institution_id BLOB NOT NULL,
	grade_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	code VARCHAR(32) NOT NULL,
	name VARCHAR(60) NOT NULL,
	part VARCHAR(16) NOT NULL,
	maximum BIGINT NOT NULL,
	weight BIGINT NOT NULL,
	position INTEGER NOT NULL,
	due_on DATE,
	state VARCHAR(16) NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_assessment_item PRIMARY KEY (id),
	CONSTRAINT fk_assessment_item_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_assessment_item_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_assessment_item_grade_id ON assessment_item (grade_id);
CREATE INDEX ix_assessment_item_institution_id ON assessment_item (institution_id);
CREATE INDEX ix_assessment_item_subject_id ON assessment_item (subject_id);
CREATE INDEX ix_assessment_item_term_id ON assessment_item (term_id);
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
	CONSTRAINT fk_attendance_total_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_attendance_total_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_attendance_total_institution_id ON attendance_total (institution_id);
CREATE INDEX ix_attendance_total_period_id ON attendance_total (period_id);
CREATE INDEX ix_attendance_total_student_id ON attendance_total (student_id);
CREATE INDEX ix_attendance_total_term_id ON attendance_total (term_id);
CREATE TABLE conduct_rating (
	student_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	trait VARCHAR(40) NOT NULL,
	level INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_conduct_rating PRIMARY KEY (id),
	CONSTRAINT fk_conduct_rating_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_conduct_rating_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_conduct_rating_student_id ON conduct_rating (student_id);
CREATE INDEX ix_conduct_rating_term_id ON conduct_rating (term_id);
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
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_enrolment PRIMARY KEY (id),
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_period_id FOREIGN KEY(period_id) REFERENCES academic_period (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_enrolment_previous_id FOREIGN KEY(previous_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_enrolment_grade_id ON enrolment (grade_id);
CREATE INDEX ix_enrolment_institution_id ON enrolment (institution_id);
CREATE INDEX ix_enrolment_period_id ON enrolment (period_id);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
CREATE INDEX ix_enrolment_previous_id ON enrolment (previous_id);
CREATE TABLE scheme_use (
	scheme_id BLOB NOT NULL,
	institution_id BLOB,
	grade_id BLOB,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_scheme_use PRIMARY KEY (id),
	CONSTRAINT fk_scheme_use_scheme_id FOREIGN KEY(scheme_id) REFERENCES assessment_scheme (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_scheme_use_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_scheme_use_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_scheme_use_grade_id ON scheme_use (grade_id);
CREATE INDEX ix_scheme_use_institution_id ON scheme_use (institution_id);
CREATE INDEX ix_scheme_use_scheme_id ON scheme_use (scheme_id);
CREATE TABLE school_class (
	institution_id BLOB NOT NULL,
	period_id BLOB NOT NULL,
	name VARCHAR(80) NOT NULL,
	teacher_id BLOB,
	capacity INTEGER,
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
	name VARCHAR(80) NOT NULL,
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
	role VARCHAR(40) NOT NULL,
	starts_on DATE,
	ends_on DATE,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_staff_position PRIMARY KEY (id),
	CONSTRAINT fk_staff_position_person_id FOREIGN KEY(person_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_staff_position_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_staff_position_institution_id ON staff_position (institution_id);
CREATE INDEX ix_staff_position_person_id ON staff_position (person_id);
CREATE TABLE subject_remark (
	student_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
	comment TEXT,
	effort VARCHAR(16),
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_subject_remark PRIMARY KEY (id),
	CONSTRAINT fk_subject_remark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_remark_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_subject_remark_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
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
	CONSTRAINT fk_term_remark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_term_remark_institution_id FOREIGN KEY(institution_id) REFERENCES institution (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_term_remark_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_term_remark_institution_id ON term_remark (institution_id);
CREATE INDEX ix_term_remark_student_id ON term_remark (student_id);
CREATE INDEX ix_term_remark_term_id ON term_remark (term_id);
CREATE TABLE user (
	name VARCHAR(120) NOT NULL,
	role VARCHAR(32) NOT NULL,
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
	CONSTRAINT fk_class_grade_class_id FOREIGN KEY(class_id) REFERENCES school_class (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_grade_grade_id FOREIGN KEY(grade_id) REFERENCES education_grade (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_class_grade_class_id ON class_grade (class_id);
CREATE INDEX ix_class_grade_grade_id ON class_grade (grade_id);
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
CREATE TABLE class_subject (
	class_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	teacher_id BLOB,
	position INTEGER NOT NULL,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_class_subject PRIMARY KEY (id),
	CONSTRAINT fk_class_subject_class_id FOREIGN KEY(class_id) REFERENCES school_class (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_subject_subject_id FOREIGN KEY(subject_id) REFERENCES subject (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_class_subject_teacher_id FOREIGN KEY(teacher_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_class_subject_class_id ON class_subject (class_id);
CREATE INDEX ix_class_subject_subject_id ON class_subject (subject_id);
CREATE INDEX ix_class_subject_teacher_id ON class_subject (teacher_id);
CREATE TABLE mark (
	student_id BLOB NOT NULL,
	item_id BLOB NOT NULL,
	state VARCHAR(8) NOT NULL,
	value BIGINT,
	id BLOB NOT NULL,
	deleted_at BIGINT,
	CONSTRAINT pk_mark PRIMARY KEY (id),
	CONSTRAINT fk_mark_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_mark_item_id FOREIGN KEY(item_id) REFERENCES assessment_item (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_mark_item_id ON mark (item_id);
CREATE INDEX ix_mark_student_id ON mark (student_id);
CREATE TABLE report_card (
	student_id BLOB NOT NULL,
	enrolment_id BLOB NOT NULL,
	term_id BLOB NOT NULL,
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
	CONSTRAINT pk_report_card PRIMARY KEY (id),
	CONSTRAINT fk_report_card_student_id FOREIGN KEY(student_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_term_id FOREIGN KEY(term_id) REFERENCES term (id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT fk_report_card_replaces_id FOREIGN KEY(replaces_id) REFERENCES report_card (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_report_card_enrolment_id ON report_card (enrolment_id);
CREATE INDEX ix_report_card_number ON report_card (number);
CREATE INDEX ix_report_card_student_id ON report_card (student_id);
CREATE INDEX ix_report_card_term_id ON report_card (term_id);
