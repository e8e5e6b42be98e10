INSERT INTO state VALUES ('indexed', '');
