package io.convoy.ps.wire;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.StepPlan;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of frames: each one's number, its class, and the order of its fields. */
enum Kind {
    PUSH(1, Frame.Push.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Push push = (Frame.Push) frame;
            out.writeLongLE(push.request());
            writeOrigin(push.origin(), out);
            out.writeLongLE(push.plan().step());
            out.writeIntLE(push.plan().samples());
            out.writeIntLE(push.plan().microBatch());
            out.writeDoubleLE(push.plan().learningRate());
            out.writeDoubleLE(push.plan().momentum());
            out.writeIntLE(push.span());
            writeLeaves(push.leaves(), out);
            Fields.writeFloats(push.values(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Push(
                    in.readLongLE(),
                    readOrigin(in),
                    new StepPlan(in.readLongLE(), in.readIntLE(), in.readIntLE(), in.readDoubleLE(), in.readDoubleLE()),
                    in.readIntLE(),
                    readLeaves(in),
                    Fields.readFloats(in, buffers));
        }
    },
    PULL(2, Frame.Pull.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Pull pull = (Frame.Pull) frame;
            out.writeLongLE(pull.request());
            writeOrigin(pull.origin(), out);
            out.writeIntLE(pull.span());
            out.writeLongLE(pull.version());
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Pull(in.readLongLE(), readOrigin(in), in.readIntLE(), in.readLongLE());
        }
    },
    ACCEPTED(3, Frame.Accepted.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            out.writeLongLE(((Frame.Accepted) frame).request());
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Accepted(in.readLongLE());
        }
    },
    VALUES(4, Frame.Values.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Values values = (Frame.Values) frame;
            out.writeLongLE(values.request());
            out.writeIntLE(values.span());
            out.writeLongLE(values.version());
            Fields.writeFloats(values.values(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Values(in.readLongLE(), in.readIntLE(), in.readLongLE(), Fields.readFloats(in, buffers));
        }
    },
    WAITING(5, Frame.Waiting.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Waiting waiting = (Frame.Waiting) frame;
            out.writeLongLE(waiting.request());
            out.writeIntLE(waiting.leaves());
            out.writeIntLE(waiting.missing().size());
            for (LeafRange leaves : waiting.missing()) {
                writeLeaves(leaves, out);
            }
            Fields.writeNumbers(waiting.owners(), out);
            Fields.writeNumbers(waiting.absent(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            long request = in.readLongLE();
            int leaves = in.readIntLE();
            List<LeafRange> missing = new ArrayList<>();
            for (int i = Fields.readCount(in, 2 * Integer.BYTES); i > 0; i--) {
                missing.add(readLeaves(in));
            }
            return new Frame.Waiting(request, leaves, missing, Fields.readNumbers(in), Fields.readNumbers(in));
        }
    },
    REFUSED(6, Frame.Refused.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Refused refused = (Frame.Refused) frame;
            out.writeLongLE(refused.request());
            Fields.writeText(refused.reason(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Refused(in.readLongLE(), Fields.readString(in));
        }
    },
    SUMS(7, Frame.Sums.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Sums sums = (Frame.Sums) frame;
            out.writeLongLE(sums.request());
            writeOrigin(sums.origin(), out);
            out.writeLongLE(sums.step());
            out.writeIntLE(sums.span());
            out.writeIntLE(sums.round());
            Fields.writeDoubles(sums.sums(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Sums(
                    in.readLongLE(),
                    readOrigin(in),
                    in.readLongLE(),
                    in.readIntLE(),
                    in.readIntLE(),
                    Fields.readDoubles(in));
        }
    },
    JOIN(16, Frame.Join.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            writeMember(((Frame.Join) frame).member(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Join(readMember(in));
        }
    },
    WELCOME(17, Frame.Welcome.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            out.writeIntLE(((Frame.Welcome) frame).generation());
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Welcome(in.readIntLE());
        }
    },
    ASSEMBLED(18, Frame.Assembled.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Roster roster = ((Frame.Assembled) frame).roster();
            out.writeIntLE(roster.generation());
            out.writeIntLE(roster.size());
            for (Member member : roster.members()) {
                writeMember(member, out);
            }
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            int generation = in.readIntLE();
            List<Member> members = new ArrayList<>();
            for (int i = Fields.readCount(in, SMALLEST_MEMBER); i > 0; i--) {
                members.add(readMember(in));
            }
            return new Frame.Assembled(new Roster(generation, members));
        }
    },
    COMMAND(19, Frame.Command.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Command command = (Frame.Command) frame;
            out.writeLongLE(command.sequence());
            Fields.writeString(command.name(), out);
            Fields.writeString(command.body(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Command(in.readLongLE(), Fields.readString(in), Fields.readString(in));
        }
    },
    PROGRESS(20, Frame.Progress.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Progress progress = (Frame.Progress) frame;
            out.writeLongLE(progress.sequence());
            Fields.writeString(progress.body(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Progress(in.readLongLE(), Fields.readString(in));
        }
    },
    DONE(21, Frame.Done.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Done done = (Frame.Done) frame;
            out.writeLongLE(done.sequence());
            Fields.writeString(done.body(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Done(in.readLongLE(), Fields.readString(in));
        }
    },
    FAILED(22, Frame.Failed.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Failed failed = (Frame.Failed) frame;
            out.writeLongLE(failed.sequence());
            Fields.writeText(failed.message(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Failed(in.readLongLE(), Fields.readString(in));
        }
    },
    LEAVE(23, Frame.Leave.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            Frame.Leave leave = (Frame.Leave) frame;
            out.writeByte(leave.failed() ? 1 : 0);
            Fields.writeText(leave.reason(), out);
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Leave(Fields.readBoolean(in), Fields.readString(in));
        }
    },
    PING(24, Frame.Ping.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            out.writeLongLE(((Frame.Ping) frame).number());
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Ping(in.readLongLE());
        }
    },
    PONG(25, Frame.Pong.class) {
        @Override
        void write(Frame frame, ByteBuf out) {
            out.writeLongLE(((Frame.Pong) frame).number());
        }

        @Override
        Frame read(ByteBuf in, FloatBuffers buffers) {
            return new Frame.Pong(in.readLongLE());
        }
    };

    private static final int SMALLEST_MEMBER = 7 * Integer.BYTES;
    private static final @Nullable Kind[] BY_NUMBER = new Kind[256];

    static {
        for (Kind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;
    private final Class<? extends Frame> type;

    Kind(int number, Class<? extends Frame> type) {
        this.number = number;
        this.type = type;
    }

    /** Appends the fields, little-endian. */
    abstract void write(Frame frame, ByteBuf out);

    /** Reads the fields. May throw {@link IndexOutOfBoundsException} or {@link IllegalArgumentException}. */
    abstract Frame read(ByteBuf in, FloatBuffers buffers);

    int number() {
        return number;
    }

    static @Nullable Kind of(int number) {
        return BY_NUMBER[number & 0xFF];
    }

    static Kind of(Frame frame) {
        for (Kind kind : values()) {
            if (kind.type == frame.getClass()) {
                return kind;
            }
        }
        throw new IllegalStateException("Kind expects a number for every frame, but it has none for " + frame + ".");
    }

    private static void writeOrigin(Origin origin, ByteBuf out) {
        out.writeLongLE(origin.run());
        out.writeIntLE(origin.generation());
        out.writeIntLE(origin.worker());
    }

    private static Origin readOrigin(ByteBuf in) {
        return new Origin(in.readLongLE(), in.readIntLE(), in.readIntLE());
    }

    private static void writeLeaves(LeafRange leaves, ByteBuf out) {
        out.writeIntLE(leaves.begin());
        out.writeIntLE(leaves.end());
    }

    private static LeafRange readLeaves(ByteBuf in) {
        return new LeafRange(in.readIntLE(), in.readIntLE());
    }

    private static void writeMember(Member member, ByteBuf out) {
        out.writeIntLE(member.slot());
        out.writeIntLE(member.attempt());
        Fields.writeString(member.address().host(), out);
        out.writeIntLE(member.address().port());
        out.writeIntLE(member.cores());
        Fields.writeText(member.fingerprint(), out);
        Fields.writeText(member.description(), out);
    }

    private static Member readMember(ByteBuf in) {
        return new Member(
                in.readIntLE(),
                in.readIntLE(),
                new Address(Fields.readString(in), in.readIntLE()),
                in.readIntLE(),
                Fields.readString(in),
                Fields.readString(in));
    }
}
