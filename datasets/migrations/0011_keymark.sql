-- Which key the persons in here are hashed with: a mark made with it, from which it
-- can't be found. One row, once there is a key.
CREATE TABLE key_mark (mark VARCHAR NOT NULL);
